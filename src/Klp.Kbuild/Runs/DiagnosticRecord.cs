using System.Text;
using System.Text.Json;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Files;

namespace Klp.Kbuild.Runs;

/// <summary>
/// What a stage had to say beside errors, in a file beside its output. It is told by every
/// build, whether the stage did something or was passed over, so that a
/// warning stays until its cause goes.
/// </summary>
public static class DiagnosticRecord
{
    /// <summary>What a stage's name gets to be that of its record.</summary>
    public const string Extension = ".warnings";

    /// <summary>Makes or replaces a record. Without diagnostics the file is empty.</summary>
    /// <param name="path">The record.</param>
    /// <param name="diagnostics">What there is to tell.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyCollection<Diagnostic> diagnostics)
    {
        RecordedDiagnostic[] entries = [.. diagnostics.Select(diagnostic => new RecordedDiagnostic(diagnostic, LineAt(diagnostic.Place)))];
        AtomicFile.WriteAllBytes(
            path, entries.Length == 0 ? [] : JsonSerializer.SerializeToUtf8Bytes(entries, RecordJson.Default.RecordedDiagnosticArray));
    }

    /// <summary>Reads a record.</summary>
    /// <param name="path">The record.</param>
    /// <returns>The diagnostics, at the lines where their places are now: a project file that changed elsewhere runs no stage.</returns>
    /// <exception cref="InvalidDataException">The file is no record.</exception>
    public static IReadOnlyList<Diagnostic> Read(string path)
    {
        byte[] contents = File.ReadAllBytes(path);
        if (contents.Length == 0)
            return [];
        try
        {
            RecordedDiagnostic[] entries = JsonSerializer.Deserialize(contents, RecordJson.Default.RecordedDiagnosticArray) ?? [];
            DateTime written = File.GetLastWriteTimeUtc(path);
            return [.. entries.Select(entry => entry.Diagnostic with { Place = Moved(entry, written) })];
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{path} is damaged: {problem.Message} Delete the file so that it is made anew.", problem);
        }
    }

    private static SourcePlace? Moved(RecordedDiagnostic entry, DateTime written)
    {
        if (entry is not { Line: { } line, Diagnostic.Place: { } place } || File.GetLastWriteTimeUtc(place.File) <= written)
            return entry.Diagnostic.Place;
        int[] candidates = [.. Lines(place.File).Index()
            .Where(candidate => candidate.Item == line)
            .Select(candidate => candidate.Index + 1)];
        return candidates.Length == 0
            ? new SourcePlace(place.File)
            : place with { Line = candidates.MinBy(candidate => Math.Abs(candidate - place.Line)) };
    }

    private static string? LineAt(SourcePlace? place) =>
        place is { Line: > 0 } ? Lines(place.File).ElementAtOrDefault(place.Line - 1) : null;

    private static string[] Lines(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllLines(file, Encoding.Latin1) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
