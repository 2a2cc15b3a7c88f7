using Klp.Kernel.Diagnostics;

namespace Klp.Patching.Patches;

/// <summary>
/// Applies the hunks of a file to its lines. Each has to fit whole; where is looked for only where it does not fit at the stated
/// place.
/// </summary>
internal sealed class FileApplier
{
    private const string End = "the end of the file";
    private const int MostFuzz = 2;

    private readonly string patchFile;
    private readonly string path;
    private readonly IReadOnlyList<SourceLine> lines;
    private readonly DiagnosticBag diagnostics;

    internal FileApplier(string patchFile, string path, IReadOnlyList<SourceLine> lines, DiagnosticBag diagnostics)
    {
        this.patchFile = patchFile;
        this.path = path;
        this.lines = lines;
        this.diagnostics = diagnostics;
    }

    /// <summary>Applies hunks.</summary>
    /// <param name="hunks">The hunks, in the file's order.</param>
    /// <returns>The lines afterwards; null after an error.</returns>
    internal List<SourceLine>? Apply(IReadOnlyList<PatchHunk> hunks)
    {
        List<SourceLine> result = [];
        int done = 0, offset = 0;
        foreach (PatchHunk hunk in hunks)
        {
            if (hunk.Old.Count == 0 && offset != 0)
            {
                diagnostics.Add(PatchMessages.NoPlace(PlaceOf(hunk), path, hunk.Number, offset));
                return null;
            }

            int? place = Place(hunk, done, hunk.OldIndex + offset);
            if (place is not { } index)
            {
                diagnostics.Add(
                    IsApplied(hunks) ? PatchMessages.AppliedAlready(PlaceOf(hunk), path) : WhyNot(hunk, done, hunk.OldIndex + offset));
                return null;
            }

            if (index - hunk.OldIndex != offset)
                diagnostics.Add(PatchMessages.Offset(PlaceOf(hunk), path, hunk.Number, index + 1, index - hunk.OldIndex));
            if (hunk.Old.Count == 0 && lines.Count > 0)
                diagnostics.Add(PatchMessages.NoContext(PlaceOf(hunk), path, hunk.Number, index));
            offset = index - hunk.OldIndex;
            for (; done < index; done++)
                result.Add(lines[done]);
            foreach (HunkLine line in hunk.Lines)
            {
                SourcePlace place1 = new(patchFile, line.PatchLine);
                if (line.Kind == ' ')
                    result.Add(lines[done].IsAdded ? lines[done] : lines[done] with { Place = place1 });
                else if (line.Kind == '+')
                    result.Add(new SourceLine(line.Text, 0, place1));
                done += line.IsOld ? 1 : 0;
            }
        }

        for (; done < lines.Count; done++)
            result.Add(lines[done]);
        return result;
    }

    private int? Place(PatchHunk hunk, int from, int stated)
    {
        if (stated >= from && CanBeAt(hunk, stated, hunk.Old.Count) && HunkPlace.Fits(lines, stated, hunk.Old))
            return stated;
        List<int> places = Places(hunk, hunk.Old, from);
        return places.Count == 1 ? places[0] : null;
    }

    private bool CanBeAt(PatchHunk hunk, int index, int count) =>
        (!hunk.IsAtStart || index == 0) && (!hunk.IsAtEnd || index + count == lines.Count);

    private List<int> Places(PatchHunk hunk, IReadOnlyList<HunkLine> wanted, int from)
    {
        if (wanted.Count == 0)
            return [];
        if (hunk.IsAtStart)
            return from == 0 && CanBeAt(hunk, 0, wanted.Count) && HunkPlace.Fits(lines, 0, wanted) ? [0] : [];
        if (hunk.IsAtEnd)
            return lines.Count - wanted.Count >= from && HunkPlace.Fits(lines, lines.Count - wanted.Count, wanted)
                ? [lines.Count - wanted.Count]
                : [];
        return HunkPlace.Find(lines, from, wanted);
    }

    private Diagnostic WhyNot(PatchHunk hunk, int from, int stated)
    {
        SourcePlace place = PlaceOf(hunk);
        if (Places(hunk, hunk.Old, from) is [int first, int second])
            return PatchMessages.SeveralPlaces(place, path, hunk.Number, stated + 1, first + 1, second + 1);
        for (int fuzz = 1; fuzz <= MostFuzz; fuzz++)
        {
            int before = Math.Min(fuzz, hunk.Leading), after = Math.Min(fuzz, hunk.Trailing);
            List<HunkLine> rest = [.. hunk.Old.Take(hunk.Old.Count - after).Skip(before)];
            if (rest.Count > 0 && rest.Count < hunk.Old.Count && HunkPlace.Find(lines, from, rest) is [int fuzzy, ..])
                return FirstDifference(hunk, fuzzy - before, isFuzzy: true);
        }

        return FirstDifference(hunk, Math.Clamp(stated, 0, lines.Count), isFuzzy: false);
    }

    private Diagnostic FirstDifference(PatchHunk hunk, int index, bool isFuzzy)
    {
        int offset = 0;
        while (offset < hunk.Old.Count
            && index + offset < lines.Count
            && index + offset >= 0
            && lines[index + offset].Text == hunk.Old[offset].Text)
        {
            offset++;
        }

        int line = index + offset;
        string expected = offset < hunk.Old.Count ? Quoted(hunk.Old[offset].Text)
            : hunk.Old.Count == 0 ? FormattableString.Invariant($"a line {hunk.Header.OldStart}") : End;
        string found = line < 0 ? "the beginning of the file" : line < lines.Count ? Quoted(lines[line].Text) : End;
        SourcePlace place = offset < hunk.Old.Count ? new SourcePlace(patchFile, hunk.Old[offset].PatchLine) : PlaceOf(hunk);
        bool onlyBlanks = line >= 0 && line < lines.Count
            && offset < hunk.Old.Count
            && WithoutBlanks(hunk.Old[offset].Text) == WithoutBlanks(lines[line].Text);
        return isFuzzy
            ? PatchMessages.Fuzzy(place, path, hunk.Number, index + 1, expected, found)
            : PatchMessages.NotApplying(place, path, hunk.Number, line + 1, expected, found, onlyBlanks);
    }

    // Whether the lines that the hunks would make are there, in their order.
    private bool IsApplied(IReadOnlyList<PatchHunk> hunks)
    {
        int from = 0;
        foreach (PatchHunk hunk in hunks)
        {
            if (hunk.New.Count == 0)
                return false;
            int stated = hunk.Header.NewStart - 1;
            int index = stated >= from && HunkPlace.Fits(lines, stated, hunk.New) ? stated
                : HunkPlace.Find(lines, from, hunk.New) is [int only] ? only
                : -1;
            if (index < 0)
                return false;
            from = index + hunk.New.Count;
        }

        return true;
    }

    private SourcePlace PlaceOf(PatchHunk hunk) => new(patchFile, hunk.Header.PatchLine);

    private static string Quoted(string line) => $"'{PatchText.Excerpt(line)}'";

    private static string WithoutBlanks(string line) => string.Concat(line.Where(character => !char.IsWhiteSpace(character)));
}
