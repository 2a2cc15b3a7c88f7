using Klp.Sdk.Tests.Support;

namespace Klp.Boot.Tests;

/// <summary>Builds livepatches as a user does: with dotnet build and the package, and nothing else of the repository.</summary>
internal static class SdkProject
{
    private static bool used;

    /// <summary>Builds a sample for the demo kernel, in a copy of its folder.</summary>
    /// <param name="name">The name of its folder.</param>
    /// <param name="from">Text to replace in its source, which has to have it; null to leave the source as it is.</param>
    /// <param name="to">What to replace it by.</param>
    /// <returns>The path of the module.</returns>
    public static string BuildSample(string name, string? from = null, string to = "")
    {
        string source = File.ReadAllText(Repository.Combine("samples", name, name + ".c"));
        if (from is not null)
        {
            Assert.Contains(from, source, StringComparison.Ordinal);
            source = source.Replace(from, to, StringComparison.Ordinal);
        }

        return Build(DemoKernel.Kernel, name, File.ReadAllText(Repository.Combine("samples", name, name + ".csproj")), source);
    }

    /// <summary>Builds a project of one source.</summary>
    /// <returns>The path of the module.</returns>
    public static string Build(KernelUnderTest kernel, string name, string source) =>
        Build(kernel, name, $"<Project Sdk=\"Klp.Sdk/{PackedSdk.Version}\" />\n", source);

    /// <summary>Removes what the builds left: at the process's own end, vstest allows too little time for so many files.</summary>
    public static void RemoveAll()
    {
        foreach (string folder in used && Directory.Exists(PackedSdk.Folder) ? Directory.GetDirectories(PackedSdk.Folder) : [])
            Directory.Delete(folder, recursive: true);
    }

    /// <summary>Builds a project of one source, with a project file of its own.</summary>
    /// <returns>The path of the module.</returns>
    public static string Build(KernelUnderTest kernel, string name, string project, string source)
    {
        used = true;
        string home = Directory.CreateDirectory(Path.Combine(PackedSdk.Folder, Path.GetRandomFileName())).FullName;
        string folder = Directory.CreateDirectory(Path.Combine(home, name)).FullName;
        File.WriteAllText(Path.Combine(folder, name + ".csproj"), project);
        File.WriteAllText(Path.Combine(folder, name + ".c"), source);
        (int exitCode, string output) = DotNet.Run(folder, ["build", "-tl:off"], new Dictionary<string, string>
        {
            ["KLP_KERNEL_TREE"] = kernel.Tree.BuildDirectory,
            ["XDG_CACHE_HOME"] = Path.Combine(PackedSdk.Folder, "cache"),
        });
        Assert.True(exitCode == 0, output);
        return Path.Combine(folder, "bin", "Debug", kernel.Release, name + ".ko");
    }
}
