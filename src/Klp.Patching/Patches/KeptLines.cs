namespace Klp.Patching.Patches;

/// <summary>A patched file with <c>#line</c> directives, and what the numbers mean that a compiler reports for it.</summary>
internal sealed class KeptLines
{
    private readonly int[] reported;
    private readonly int[] patched;

    /// <param name="text">The lines, the directives too.</param>
    /// <param name="patchedByReported">The line of the patched file for each number that a compiler may report; all from 1 on.</param>
    internal KeptLines(IReadOnlyList<string> text, IReadOnlyDictionary<int, int> patchedByReported)
    {
        Text = text;
        reported = [.. patchedByReported.Keys.Order()];
        patched = [.. reported.Select(number => patchedByReported[number])];
    }

    /// <summary>A patched file without directives.</summary>
    internal static KeptLines AsTheyAre(IReadOnlyList<SourceLine> lines) =>
        new([.. lines.Select(line => line.Text)], Enumerable.Range(1, lines.Count).ToDictionary(number => number));

    /// <summary>The lines, the directives too.</summary>
    internal IReadOnlyList<string> Text { get; }

    /// <summary>The line of the patched file that has a number, or the one before it.</summary>
    internal int PatchedLineOf(int number)
    {
        int index = Array.BinarySearch(reported, number);
        index = index >= 0 ? index : ~index - 1;
        return index >= 0 ? patched[index] : Math.Max(number, 1);
    }
}
