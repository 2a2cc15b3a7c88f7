using System.Text.RegularExpressions;
using Klp.Kbuild.Ide;
using Klp.Kbuild.Runs;

namespace Klp.Kbuild.Patching;

/// <summary>
/// Files that a patch creates, as objects find them that were built without: in place of one of the same name that comes later on
/// the include path, or where <c>__has_include</c> found none. The build's records cannot name them.
/// </summary>
/// <remarks>
/// What the source includes is not read: an object counts where some name by which one of its files can have been included leads
/// to the created file as well. One too many costs its compile, which shows that nothing changes.
/// </remarks>
internal sealed partial class CreatedFiles
{
    private readonly KernelSource source;
    private readonly DependencyTable table;
    private readonly ILookup<int, CreatedFile> byPath;

    /// <summary>Looks for what the files may be found in place of.</summary>
    /// <param name="source">The kernel.</param>
    /// <param name="table">What its objects were made from.</param>
    /// <param name="created">The files, from the source's root.</param>
    /// <exception cref="IOException">A file of the source cannot be read.</exception>
    internal CreatedFiles(KernelSource source, DependencyTable table, IEnumerable<string> created)
    {
        this.source = source;
        this.table = table;
        string[] files = [.. created];
        ILookup<string, string> byName = files.ToLookup(path => Path.GetFileName(path), StringComparer.Ordinal);
        IEnumerable<(int Id, CreatedFile File)> namesakes = Enumerable.Range(0, table.Paths.Count)
            .SelectMany(id => byName[Path.GetFileName(table.Paths[id])].Select(path => (id, CreatedFile.InPlaceOf(table.Paths[id], path))));
        byPath = (files.Length == 0 ? [] : namesakes.Concat(LookedFor(byName))).ToLookup(pair => pair.Id, pair => pair.File);
    }

    /// <summary>The files that an object may find.</summary>
    /// <param name="recorded">The object.</param>
    internal IEnumerable<string> FoundBy(RecordedObject recorded)
    {
        CreatedFile[] candidates = byPath.Count == 0 ? [] : [.. recorded.Dependencies.SelectMany(id => byPath[id])];
        if (candidates.Length == 0)
            return [];
        HashSet<string> folders = [.. SearchFolders(recorded.Object), .. recorded.Dependencies.Select(FolderOf).OfType<string>()];
        return candidates.Where(file => file.IsFoundFrom(folders)).Select(file => file.Path);
    }

    private ParallelQuery<(int Id, CreatedFile File)> LookedFor(ILookup<string, string> byName) =>
        Enumerable.Range(0, table.Paths.Count).AsParallel().SelectMany(id => NamesLookedFor(source.Locate(table.Paths[id]))
            .SelectMany(name => byName[Path.GetFileName(name)])
            .Select(path => (id, CreatedFile.LookedFor(path))));

    private static IEnumerable<string> NamesLookedFor(string path)
    {
        const string Operator = "__has_include";
        // The record may be older than a file that has gone since.
        string text = File.Exists(path) ? File.ReadAllText(path) : "";
        return text.Contains(Operator, StringComparison.Ordinal)
            ? HasInclude().Matches(text).Select(match => match.Groups["name"].Value)
            : [];
    }

    private string? FolderOf(int id) => source.RelativePath(table.Paths[id]) is { } path ? Path.GetDirectoryName(path) : null;

    private IEnumerable<string> SearchFolders(string name)
    {
        if (CommandFile.Command(Path.Combine(source.BuildDirectory, name)) is not { } command)
            yield break;
        IReadOnlyList<string> words = ShellWords.Split(command.Text);
        for (int at = 0; at < words.Count; at++)
        {
            // Of a file in it, for the source's root is such a folder too.
            if (PathOption.Read(words, ref at) is { IsFolder: true } option
                && source.RelativePath(Path.Combine(option.Path, "any.h")) is { } relative)
            {
                yield return Path.GetDirectoryName(relative)!;
            }
        }
    }

    [GeneratedRegex(@"__has_include(?:_next)?\s*\(\s*[<""](?<name>[^>""\n]+)[>""]")]
    private static partial Regex HasInclude();
}
