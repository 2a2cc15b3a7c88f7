namespace Klp.Elf.Tests;

/// <summary>The build directory of a kernel, for real modules and objects.</summary>
internal static class KernelTree
{
    // Without the links, one of which is to the sources.
    private static readonly EnumerationOptions AllFolders = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    private static readonly Lazy<string> LazyPath = new(Find);
    private static readonly Lazy<List<string>> LazyModules = new(() => Files("*.ko"));
    private static readonly Lazy<List<string>> LazyObjects = new(() => Files("*.o"));

    /// <summary>KLP_KERNEL_TREE, or the demo kernel that build.sh makes.</summary>
    internal static string Path => LazyPath.Value;

    /// <summary>All modules, sorted by path.</summary>
    internal static IReadOnlyList<string> Modules => LazyModules.Value;

    /// <summary>All objects, sorted by path.</summary>
    internal static IReadOnlyList<string> Objects => LazyObjects.Value;

    /// <summary>The smallest module.</summary>
    internal static string SmallestModule => Modules.MinBy(path => new FileInfo(path).Length)
        ?? throw new InvalidOperationException($"{Path} has no modules.");

    private static string Find()
    {
        string? own = Environment.GetEnvironmentVariable("KLP_KERNEL_TREE");
        if (!string.IsNullOrEmpty(own))
        {
            return Directory.Exists(own)
                ? own
                : throw new InvalidOperationException($"KLP_KERNEL_TREE is '{own}', which is not a folder.");
        }

        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            string build = System.IO.Path.Combine(folder, "artifacts", "demo-kernel", "build");
            if (Directory.Exists(build))
                return build;
        }

        throw new InvalidOperationException("These tests need a built kernel: run ./build.sh, which makes the demo kernel, or set KLP_KERNEL_TREE to a kernel's build directory.");
    }

    private static List<string> Files(string pattern) =>
        [.. Directory.EnumerateFiles(Path, pattern, AllFolders).Order(StringComparer.Ordinal)];
}
