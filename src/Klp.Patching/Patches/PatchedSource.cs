using System.Text.RegularExpressions;
using Klp.Kernel.Diagnostics;

namespace Klp.Patching.Patches;

/// <summary>A source or a header before and after a series of patches.</summary>
public sealed class PatchedSource
{
    private readonly IReadOnlyList<SourceLine> lines;
    private readonly KeptLines kept;

    internal PatchedSource(string path, byte[] original, IReadOnlyList<SourceLine> lines, bool isNew, SourcePlace firstChange)
    {
        Path = path;
        Original = original;
        IsNew = isNew;
        FirstChange = firstChange;
        this.lines = lines;
        Patched = PatchText.Bytes(lines.Select(line => line.Text));
        // What lines of assembler mean is not known here: an apostrophe may begin a comment's word.
        kept = PatchedFileKinds.Of(path) == PatchedFileKind.Assembler
            ? KeptLines.AsTheyAre(lines)
            : new LineKeeper(lines, PatchText.Lines(original)).Keep();
        Compiled = PatchText.Bytes(kept.Text);
        ChangedLines = [.. Ranges(lines)];
        Changes = [.. ChangesOf(lines, PatchText.Lines(original))];
    }

    /// <summary>Its path from the root of the kernel's source.</summary>
    public string Path { get; }

    /// <summary>Its contents before; empty for a new file.</summary>
    public byte[] Original { get; }

    /// <summary>Its contents as the patches say.</summary>
    public byte[] Patched { get; }

    /// <summary>
    /// What the compiler should read: <see cref="Patched"/> with <c>#line</c> directives after changes, which give the lines that
    /// follow the numbers again that they have in <see cref="Original"/>. What a function holds of line numbers (<c>WARN_ON</c>,
    /// <c>might_sleep</c>) then does not change because of another function above it.
    /// </summary>
    public byte[] Compiled { get; }

    /// <summary>The lines of <see cref="Patched"/> that the patches add. Where lines are only deleted there are none.</summary>
    public IReadOnlyList<LineRange> ChangedLines { get; }

    /// <summary>What the patches change, in the order of the file; in a new file all of it.</summary>
    public IReadOnlyList<SourceChange> Changes { get; }

    /// <summary>True for a header that the patches create.</summary>
    public bool IsNew { get; }

    /// <summary>The first line in a patch that changes the file.</summary>
    public SourcePlace FirstChange { get; }

    /// <summary>Where a line of <see cref="Patched"/> stands in a patch.</summary>
    /// <param name="patchedLine">The line, from 1 on.</param>
    /// <returns>The place of the line that adds it, or of the context that shows it; null for one that no patch shows.</returns>
    public SourcePlace? PatchLineOf(int patchedLine) =>
        patchedLine >= 1 && patchedLine <= lines.Count ? lines[patchedLine - 1].Place : null;

    /// <summary>
    /// Finds a line by the number that the compiler reports, which is the one of the original for lines that did not change. After
    /// added lines two lines may have one number, as the first added line has the number of the original line that followed: the
    /// added one is meant then, as a patch brings its mistakes in its own lines.
    /// </summary>
    /// <param name="compiledLine">The number as the compiler reports it for <see cref="Compiled"/>, from 1 on.</param>
    /// <returns>The line of <see cref="Patched"/>, from 1 on; the one before for a number that no line has.</returns>
    public int PatchedLineOf(int compiledLine) => kept.PatchedLineOf(compiledLine);

    /// <summary>
    /// The file with a word in each alternative of <c>#if</c> that the patches change, by which the preprocessor tells which of them
    /// are compiled.
    /// </summary>
    /// <param name="prefix">What the words begin with, which no other file's do.</param>
    /// <returns>Null where no change is in alternatives alone, and for assembler.</returns>
    public ProbedSource? Probe(string prefix) =>
        IsNew || PatchedFileKinds.Of(Path) == PatchedFileKind.Assembler ? null : BranchProbes.Of(this, prefix);

    /// <summary>Where a patch changes some lines of the file first.</summary>
    /// <param name="compiledLines">The numbers as the compiler reports them for <see cref="Compiled"/>.</param>
    /// <returns>
    /// The first of these lines that a patch adds; else what it deletes or adds between the first and the last of them; null where
    /// it changes nothing there.
    /// </returns>
    public SourcePlace? ChangeIn(IEnumerable<int> compiledLines)
    {
        int[] numbers = [.. compiledLines.Select(PatchedLineOf).Where(number => number <= lines.Count).Distinct().Order()];
        if (numbers.Length == 0)
            return null;
        foreach (int number in numbers.Where(number => lines[number - 1].IsAdded))
            return lines[number - 1].Place;
        for (int index = numbers[0] - 1; index < numbers[^1]; index++)
        {
            if (lines[index].IsAdded)
                return lines[index].Place;
            // A deleted line is not there; the one before it is shown by the patch, or the one behind it is.
            if (index > numbers[0] - 1 && !lines[index - 1].IsAdded && lines[index].OriginalLine != lines[index - 1].OriginalLine + 1)
                return lines[index - 1].Place is { } before ? before with { Line = before.Line + 1 } : lines[index].Place;
        }

        return null;
    }

    /// <summary>Where a patch adds a line that has a word.</summary>
    /// <param name="word">An identifier of C.</param>
    /// <returns>The place of the first; null where there is none.</returns>
    public SourcePlace? AdditionOf(string word) =>
        lines.FirstOrDefault(
            line => line.IsAdded && Regex.IsMatch(line.Text, $@"\b{Regex.Escape(word)}\b", RegexOptions.CultureInvariant)).Place;

    private static IEnumerable<LineRange> Ranges(IReadOnlyList<SourceLine> lines)
    {
        for (int index = 0; index < lines.Count; index++)
        {
            int first = index;
            while (index < lines.Count && lines[index].IsAdded)
                index++;
            if (index > first)
                yield return new LineRange(first + 1, index);
        }
    }

    // A line that is followed by another than the next of the original has deleted ones behind it.
    private static IEnumerable<SourceChange> ChangesOf(IReadOnlyList<SourceLine> lines, List<string> original)
    {
        int last = 0;
        for (int index = 0; index <= lines.Count; index++)
        {
            int first = index;
            while (index < lines.Count && lines[index].IsAdded)
                index++;
            int next = index < lines.Count ? lines[index].OriginalLine : original.Count + 1;
            if (index > first || next > last + 1)
            {
                SourcePlace? place = index > first ? lines[first].Place
                    : first > 0 && lines[first - 1].Place is { } before ? before with { Line = before.Line + 1 }
                    : index < lines.Count ? lines[index].Place : null;
                yield return new SourceChange(
                    last,
                    [.. original[last..(next - 1)].Select(PatchText.Readable)],
                    first,
                    [.. lines.Skip(first).Take(index - first).Select(line => PatchText.Readable(line.Text))],
                    place);
            }

            last = next;
        }
    }
}
