using System.Text;
using System.Text.RegularExpressions;

namespace Klp.Kbuild.Runs;

/// <summary>
/// Reads the <c>.name.o.cmd</c> that kbuild leaves beside an object: the command that made it, and what fixdep found it was made
/// from.
/// </summary>
internal static partial class CommandFile
{
    /// <summary>The <c>.cmd</c> file of an object.</summary>
    internal static string PathOf(string objectPath) =>
        Path.Combine(Path.GetDirectoryName(objectPath)!, $".{Path.GetFileName(objectPath)}.cmd");

    /// <summary>The command that made an object; null when there is none.</summary>
    /// <param name="objectPath">The object.</param>
    internal static SavedCommand? Command(string objectPath)
    {
        // savedcmd_c/x.o := gcc -DNAME='"x"' … ; cmd_… before 6.2. make's own characters are written $(pound) and $$.
        return Lines(objectPath)
            .Select(line => SavedCommandLine().Match(line))
            .Where(match => match.Success)
            .Select(match => new SavedCommand(
                match.Groups["object"].Value,
                match.Groups["command"].Value
                    .Replace("$(pound)", "#", StringComparison.Ordinal)
                    .Replace("$$", "$", StringComparison.Ordinal)))
            .FirstOrDefault();
    }

    /// <summary>The source that an object was made from, as the compiler was given it; null where that is not said.</summary>
    /// <param name="objectPath">The object.</param>
    internal static string? Source(string objectPath) =>
        Open(objectPath).Source is { Length: > 0 } source ? Encoding.UTF8.GetString(source) : null;

    /// <summary>The dependencies as the compiler names them; none when there is no such file.</summary>
    /// <param name="objectPath">The object.</param>
    internal static IReadOnlyList<string> Dependencies(string objectPath)
    {
        List<string> dependencies = [];
        DependencyReader reader = Open(objectPath);
        while (reader.Read(out ReadOnlySpan<byte> dependency))
            dependencies.Add(Encoding.UTF8.GetString(dependency));
        return dependencies;
    }

    private static DependencyReader Open(string objectPath)
    {
        string path = PathOf(objectPath);
        return new DependencyReader(File.Exists(path) ? File.ReadAllBytes(path) : []);
    }

    /// <summary>The lines of the file; none when there is no such file.</summary>
    /// <param name="objectPath">The object.</param>
    internal static IEnumerable<string> Lines(string objectPath)
    {
        string path = PathOf(objectPath);
        return File.Exists(path) ? File.ReadLines(path) : [];
    }

    [GeneratedRegex(@"^(?:saved)?cmd_(?<object>\S+) :=\s+(?<command>.*)$")]
    private static partial Regex SavedCommandLine();
}
