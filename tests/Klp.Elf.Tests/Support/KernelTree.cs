namespace Klp.Elf.Tests.Support;

/// <summary>The build directory of a kernel, for real modules and objects.</summary>
internal static class KernelTree
{
    // Without the links, one of which is to the sources.
    private static readonly EnumerationOptions AllFolders = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    private static readonly Lazy<List<string>> LazyModules = new(() => Files("*.ko"));
    private static readonly Lazy<List<string>> LazyObjects = new(() => Files("*.o"));

    internal static string Path => DemoKernelTree.Path;

    /// <summary>All modules, sorted by path.</summary>
    internal static IReadOnlyList<string> Modules => LazyModules.Value;

    /// <summary>All objects, sorted by path.</summary>
    internal static IReadOnlyList<string> Objects => LazyObjects.Value;

    /// <summary>The smallest module.</summary>
    internal static string SmallestModule => Modules.MinBy(path => new FileInfo(path).Length)
        ?? throw new InvalidOperationException($"{Path} has no modules.");

    private static List<string> Files(string pattern) =>
        [.. Directory.EnumerateFiles(Path, pattern, AllFolders).Order(StringComparer.Ordinal)];
}
