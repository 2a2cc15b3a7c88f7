namespace Klp.Sdk.Tests.Support;

/// <summary>A toolchain for the tests' kernel in a folder of its own: its compiler is a script, the rest are links to the real tools.</summary>
internal sealed class TestToolchain
{
    /// <summary>Makes one whose compiler does what the real one does.</summary>
    public TestToolchain(string home)
    {
        string real = TestKernel.Architecture.DefaultCrossCompile;
        if (DotNet.Find(real + "gcc") is null)
            real = "";
        RealCompiler = real + "gcc";
        Prefix = Path.Combine(Directory.CreateDirectory(Path.Combine(home, "toolchain")).FullName, "own-");
        foreach (string tool in (string[])["ld", "ar", "nm", "objcopy", "objdump", "strip", "readelf"])
            File.CreateSymbolicLink(Prefix + tool, DotNet.Find(real + tool)!);
        WriteCompiler($"exec {RealCompiler} \"$@\"");
    }

    /// <summary>What KlpCrossCompile is to be.</summary>
    public string Prefix { get; }

    /// <summary>The script.</summary>
    public string Compiler => Prefix + "gcc";

    /// <summary>The name of the compiler that it calls.</summary>
    public string RealCompiler { get; }

    /// <summary>Writes the compiler anew, as these lines of a shell's.</summary>
    public void WriteCompiler(string script)
    {
        File.WriteAllText(Compiler, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(Compiler, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
