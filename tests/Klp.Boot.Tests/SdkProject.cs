using Klp.Boot.Host;
using Klp.Boot.Tests.Kernels;
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

    /// <summary>Builds a project of one source in C, with a project file of its own and the files that it names.</summary>
    /// <returns>The path of the module.</returns>
    public static string Build(KernelUnderTest kernel, string name, string project, string source, params (string Name, string Text)[] files)
    {
        string folder = MakeFolder(MakeFolder(), name);
        File.WriteAllText(Path.Combine(folder, name + ".csproj"), project);
        File.WriteAllText(Path.Combine(folder, name + ".c"), source);
        foreach ((string file, string text) in files)
            File.WriteAllText(Path.Combine(folder, file), text);
        Build(kernel, folder);
        return Module(kernel, folder, name);
    }

    /// <summary>Builds projects of which each has its source elsewhere, with one dotnet build.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="projects">The names, the sources, and the modules outside of the tree that each one patches.</param>
    /// <returns>The path of the module of each name.</returns>
    public static IReadOnlyDictionary<string, string> BuildAll(KernelUnderTest kernel, IEnumerable<(string Name, string Source, IEnumerable<string> Patched)> projects)
    {
        string home = MakeFolder();
        Dictionary<string, string> folders = [];
        foreach ((string name, string source, IEnumerable<string> patched) in projects)
        {
            string folder = MakeFolder(home, name);
            File.WriteAllText(Path.Combine(folder, name + ".csproj"), $"""
                <Project Sdk="Klp.Sdk/{PackedSdk.Version}">
                  <ItemGroup>
                    <KlpSource Include="{source}" />
                    {string.Concat(patched.Select(module => $"""<KlpExternalModule Include="{module}" />"""))}
                  </ItemGroup>
                </Project>
                """);
            folders.Add(name, folder);
        }

        File.WriteAllText(Path.Combine(home, "all.slnx"), $"<Solution>{string.Concat(folders.Keys.Select(name => $"""<Project Path="{name}/{name}.csproj" />"""))}</Solution>");
        Build(kernel, home);
        return folders.ToDictionary(project => project.Key, project => Module(kernel, project.Value, project.Key));
    }

    private static void Build(KernelUnderTest kernel, string folder)
    {
        (int exitCode, string output) = DotNet.Run(folder, ["build", "-tl:off"], new Dictionary<string, string>
        {
            ["KLP_KERNEL_TREE"] = kernel.Tree.BuildDirectory,
            ["XDG_CACHE_HOME"] = Path.Combine(PackedSdk.Folder, "cache"),
        });
        Assert.True(exitCode == 0, output);
    }

    // Compressed where the kernel compresses its own.
    private static string Module(KernelUnderTest kernel, string folder, string name) =>
        Assert.Single(Directory.GetFiles(Path.Combine(folder, "bin", "Debug", kernel.Release), name + ".ko*"));

    /// <summary>A folder below which the package is found.</summary>
    internal static string MakeFolder()
    {
        used = true;
        return MakeFolder(PackedSdk.Folder, Path.GetRandomFileName());
    }

    private static string MakeFolder(string parent, string name) => Directory.CreateDirectory(Path.Combine(parent, name)).FullName;
}
