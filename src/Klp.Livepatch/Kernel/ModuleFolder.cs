namespace Klp.Livepatch.Kernel;

/// <summary>Finds the modules in a folder such as a build directory or /lib/modules/&lt;release&gt;.</summary>
public static class ModuleFolder
{
    private static readonly string[] Extensions = [".ko", ".ko.xz", ".ko.zst", ".ko.gz"];

    /// <summary>The modules of a folder: those of its modules.order in that order, or without one all there are by path.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static IReadOnlyList<string> Find(string folder) =>
        FindOrdered(folder) ?? [.. Directory.EnumerateFiles(folder, "*.ko*", SearchOption.AllDirectories)
            .Where(IsModule)
            .Order(StringComparer.Ordinal)];

    /// <summary>True when a file's name is a module's, compressed or not.</summary>
    internal static bool IsModule(string path) => Array.Exists(Extensions, extension => path.EndsWith(extension, StringComparison.Ordinal));

    /// <summary>The modules of modules.order that are there, or null without that file.</summary>
    internal static IReadOnlyList<string>? FindOrdered(string folder)
    {
        string order = Path.Combine(folder, "modules.order");
        if (!File.Exists(order))
            return null;

        // Lines end in .o since 6.2 and in .ko before. A module that is listed but not there has no symbols to offer.
        return [.. File.ReadLines(order)
            .Where(line => line.Length > 0)
            .Select(line => Path.Combine(folder, Path.ChangeExtension(line, null)))
            .Select(stem => Array.Find(Extensions, extension => File.Exists(stem + extension)) is { } extension ? stem + extension : null)
            .OfType<string>()];
    }
}
