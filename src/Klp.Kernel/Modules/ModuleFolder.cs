using Klp.Kernel.Facts;
using Klp.Kernel.Files;

namespace Klp.Kernel.Modules;

/// <summary>Finds the modules in a folder such as a build directory or /lib/modules/&lt;release&gt;.</summary>
public static class ModuleFolder
{
    private const string OrderFile = "modules.order";

    private static readonly string[] Extensions = [".ko", ".ko.xz", ".ko.zst", ".ko.gz"];

    /// <summary>
    /// All modules in a folder and below it: those of its modules.order in that order, then the others by path. Of a name that
    /// is in several of depmod's folders only the module that modprobe would load (depmod.d(5)).
    /// </summary>
    /// <param name="folder">The folder; links to folders are followed, but not <c>build</c> and <c>source</c>.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static IReadOnlyList<string> Find(string folder)
    {
        Dictionary<string, int> order = ReadOrder(folder);
        string[] found = [.. Walk(new DirectoryInfo(folder), [])
            .OrderBy(path => Rank(path, order))
            .ThenBy(path => path, StringComparer.Ordinal)];
        ILookup<string, string> byName = found.ToLookup(ModuleName.FromPath, StringComparer.Ordinal);
        return [.. found.Where(
            path => Precedence(folder, path) == byName[ModuleName.FromPath(path)].Min(other => Precedence(folder, other)))];
    }

    /// <summary>True when a file's name is a module's, compressed or not.</summary>
    internal static bool IsModule(string path) => Array.Exists(Extensions, extension => path.EndsWith(extension, StringComparison.Ordinal));

    /// <summary>
    /// The modules of a build directory: those of its modules.order that are there, or null without that file. Others in it
    /// are left over from another configuration.
    /// </summary>
    internal static IReadOnlyList<string>? FindOrdered(string folder)
    {
        string order = Path.Combine(folder, OrderFile);
        if (!File.Exists(order))
            return null;

        // A module that is listed but not there has no symbols to offer.
        return [.. ReadStems(order)
            .Select(stem => Path.Combine(folder, stem))
            .Select(stem => Array.Find(Extensions, extension => File.Exists(stem + extension)) is { } extension ? stem + extension : null)
            .OfType<string>()];
    }

    /// <summary>The run-time names of the modules that a folder's modules.order lists; none without that file.</summary>
    internal static IEnumerable<string> OrderedNames(string folder)
    {
        string order = Path.Combine(folder, OrderFile);
        return File.Exists(order) ? ReadStems(order).Select(stem => ModuleName.FromPath(stem + ".ko")) : [];
    }

    // Lines end in .o since 6.2 and in .ko before.
    private static IEnumerable<string> ReadStems(string order) =>
        File.ReadLines(order).Where(line => line.Length > 0).Select(line => Path.ChangeExtension(line, null));

    private static Dictionary<string, int> ReadOrder(string folder)
    {
        string order = Path.Combine(folder, OrderFile);
        Dictionary<string, int> ranks = new(StringComparer.Ordinal);
        foreach (string stem in File.Exists(order) ? ReadStems(order) : [])
            ranks.TryAdd(stem, ranks.Count);
        return ranks;
    }

    // kbuild's paths in modules.order are relative to the folder itself, to the tree above it, or absolute.
    private static int Rank(string path, Dictionary<string, int> order)
    {
        if (order.Count == 0)
            return int.MaxValue;
        string full = Path.GetFullPath(path);
        string stem = full[..full.LastIndexOf(".ko", StringComparison.Ordinal)];
        if (order.TryGetValue(stem, out int rank))
            return rank;
        for (int slash = stem.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = stem.IndexOf('/', slash + 1))
        {
            if (order.TryGetValue(stem[(slash + 1)..], out rank))
                return rank;
        }

        return int.MaxValue;
    }

    // What distributions configure depmod to prefer: updates, then extra, then what came with the kernel.
    private static int Precedence(string folder, string path) => Path.GetRelativePath(folder, path).Split('/')[0] switch
    {
        "updates" => 0,
        "extra" => 1,
        "weak-updates" => 3,
        _ => 2,
    };

    private static IEnumerable<string> Walk(DirectoryInfo folder, HashSet<string> visited)
    {
        if (!visited.Add(folder.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? folder.FullName))
            yield break;
        foreach (FileSystemInfo entry in folder.EnumerateFileSystemInfos())
        {
            string path = Path.Combine(folder.ToString(), entry.Name);
            if (entry is not DirectoryInfo)
            {
                if (IsModule(entry.Name) && FileKinds.Of(path) == FileKind.Regular)
                    yield return path;
            }
            else if (entry.LinkTarget is null || entry.Name is not ("build" or "source"))
            {
                foreach (string module in Walk(new DirectoryInfo(path), visited))
                    yield return module;
            }
        }
    }
}
