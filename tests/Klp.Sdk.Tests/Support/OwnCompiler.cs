namespace Klp.Sdk.Tests.Support;

/// <summary>A compiler whose time and options can be changed, which else does what the real one does.</summary>
internal static class OwnCompiler
{
    /// <summary>Makes it, with the other tools beside it, and returns the path of <c>own-gcc</c>.</summary>
    /// <param name="home">The folder in which to make a folder for it.</param>
    /// <param name="options">What to add to its command lines.</param>
    public static string Make(string home, string options = "")
    {
        string real = TestKernel.Architecture.DefaultCrossCompile;
        if (DotNet.Find(real + "gcc") is null)
            real = "";
        string folder = Directory.CreateDirectory(Path.Combine(home, "toolchain")).FullName;
        foreach (string tool in (string[])["ld", "ar", "nm", "objcopy", "objdump", "strip", "readelf"])
            File.CreateSymbolicLink(Path.Combine(folder, "own-" + tool), DotNet.Find(real + tool)!);
        string gcc = Path.Combine(folder, "own-gcc");
        File.WriteAllText(gcc, $"#!/bin/sh\nexec {real}gcc {options} \"$@\"\n");
        File.SetUnixFileMode(gcc, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return gcc;
    }
}
