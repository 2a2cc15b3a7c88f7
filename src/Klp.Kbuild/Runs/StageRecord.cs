using System.Text;
using Klp.Kbuild.Processes;
using Klp.Kernel.Files;

namespace Klp.Kbuild.Runs;

/// <summary>
/// What a stage of a build was made from, in a file beside what it made: its settings, the times of the files that it was
/// given, and of those that it found out itself that it reads, as headers. A stage that would be made from the same again has
/// nothing to do. The record is there only where the stage came to its end.
/// </summary>
public static class StageRecord
{
    /// <summary>What a stage's name gets to be that of its record.</summary>
    public const string Extension = ".record";

    private const string Setting = "setting ";
    private const string Input = "input ";
    private const string Output = "output ";
    private const string Found = "found ";

    /// <summary>What a stage is about to be made from, and to make.</summary>
    /// <param name="settings">What the stage is told, a text each.</param>
    /// <param name="inputs">The files that it is given, as absolute paths. One that is not there counts as such.</param>
    /// <param name="outputs">The files that it makes, as absolute paths.</param>
    /// <param name="byName">True where files count by their names, because those who share the stage reach them by different paths.</param>
    /// <returns>Lines that are the same when the stage would make the same, as far as what it finds out itself is the same too.</returns>
    public static string State(IEnumerable<string> settings, IEnumerable<string> inputs, IEnumerable<string> outputs, bool byName = false)
    {
        string Name(string path) => byName ? Path.GetFileName(path) : path;
        IEnumerable<string> lines = settings.Select(setting => Setting + setting)
            .Concat(inputs.Select(input => Input + FileTimes.Record(input, Name(input))))
            .Concat(outputs.Select(output => Output + Name(output)));
        return string.Concat(lines.Select(line => OneLine(line) + "\n"));
    }

    /// <summary>What makes a stage run again.</summary>
    /// <param name="path">The record.</param>
    /// <param name="state">What the stage would be made from now.</param>
    /// <param name="outputs">The files that have to be there, as absolute paths.</param>
    /// <param name="older">Files that must not be newer than the record, and may be others each time: a shared stage's tools.</param>
    /// <returns>The first thing that differs, in words; null for a stage that has nothing to do.</returns>
    public static string? FindChange(string path, string state, IEnumerable<string> outputs, IEnumerable<string> older)
    {
        if (!File.Exists(path))
            return "there is no record that it came to its end";
        string[] lines = File.ReadAllLines(path);
        string[] recorded = [.. lines.TakeWhile(line => !line.StartsWith(Found, StringComparison.Ordinal))];
        string[] current = state.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (!recorded.AsSpan().SequenceEqual(current))
            return Difference(recorded, current);
        if (lines.Skip(recorded.Length).FirstOrDefault(line => !IsUnchanged(line)) is { } changed)
            return $"{PathOf(changed)} changed";
        if (outputs.FirstOrDefault(output => !File.Exists(output)) is { } missing)
            return $"{missing} is missing";
        DateTime made = File.GetLastWriteTimeUtc(path);
        return older.FirstOrDefault(file => File.GetLastWriteTimeUtc(file) > made) is { } newer ? $"{newer} is newer" : null;
    }

    /// <summary>The files that a stage found out that it reads, as absolute paths; none where there is no record.</summary>
    /// <param name="path">The record.</param>
    public static IReadOnlyList<string> ReadFound(string path) => File.Exists(path)
        ? [.. File.ReadLines(path).Where(line => line.StartsWith(Found, StringComparison.Ordinal)).Select(PathOf).OfType<string>()]
        : [];

    /// <summary>Records that a stage came to its end.</summary>
    /// <param name="path">The record.</param>
    /// <param name="state">What it was made from, as it was before the stage began.</param>
    /// <param name="found">The files that it found out that it reads, as absolute paths.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, string state, IEnumerable<string> found) =>
        AtomicFile.WriteAllBytes(path, Encoding.UTF8.GetBytes(
            state + string.Concat(found.Select(file => $"{Found}{OneLine(FileTimes.Record(file))}\n"))));

    private static bool IsUnchanged(string found) => PathOf(found) is { } path && found == Found + OneLine(FileTimes.Record(path));

    private static string Difference(string[] recorded, string[] current) =>
        current.Except(recorded).FirstOrDefault() is { } added ? $"now there is \"{added}\""
            : recorded.Except(current).FirstOrDefault() is { } removed ? $"no longer there is \"{removed}\""
            : "the order of what it is made from changed";

    // A found file's line is its mark, its time in a fixed width or none, and its path from the first "/" on.
    private static string? PathOf(string line) => line.IndexOf('/', StringComparison.Ordinal) is int at and >= 0 ? line[at..] : null;

    private static string OneLine(string text) => text.ReplaceLineEndings("\\n");
}
