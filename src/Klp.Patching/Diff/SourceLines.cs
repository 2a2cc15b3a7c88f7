namespace Klp.Patching.Diff;

/// <summary>The lines of the source that tables have of a function. They change where lines move, and do not count.</summary>
internal static class SourceLines
{
    internal static bool AreEqual(UnitObject original, UnitPart before, UnitObject patched, UnitPart after) =>
        Of(original, before).SequenceEqual(Of(patched, after), StringComparer.Ordinal);

    private static IEnumerable<string> Of(UnitObject unit, UnitPart function) =>
        unit.EntriesOf(function).Select(entry => entry.Line is { } line
            ? Convert.ToHexString(entry.Contents.Slice(line.Offset, line.Bytes)) : "");
}
