using Klp.Patching.Diff;
using Klp.Patching.Patches;

namespace Klp.Kbuild.Patching;

/// <summary>
/// Finds which changes of the source are in the code of a function of a unit, its own lines and those that it has inlined, by the
/// lines that debug information names. The original's numbers are exact; those of the patched source may stand for two lines,
/// and count only where the original code has none of that number.
/// </summary>
/// <param name="files">The patched files that the unit is made from.</param>
/// <param name="diff">The unit.</param>
internal sealed class SourceOrigins(IReadOnlyList<PatchedSource> files, UnitDiff diff)
{
    private readonly SourcePosition original = new(diff.Original);
    private readonly SourcePosition patched = new(diff.Patched);

    /// <summary>The changes in the code of a function, in the order of the files.</summary>
    /// <param name="function">A function of the patched unit that the original has too.</param>
    internal IReadOnlyList<SourceOrigin> Of(UnitPart function)
    {
        UnitPart before = diff.OriginalOf(function)!;
        List<SourceOrigin> found = [];
        foreach (PatchedSource file in files)
        {
            HashSet<int> old = original.LinesOf(before, file.Path), made = patched.LinesOf(function, file.Path);
            foreach (SourceChange change in file.Changes)
            {
                if (FunctionsOf(file, change, old, made) is [var first, ..] functions)
                    found.Add(new SourceOrigin(file, change, functions.Contains(function.SourceName) ? function.SourceName : first));
            }
        }

        return found;
    }

    // The functions of the source whose lines are changed; none where the code has none of these lines.
    private IReadOnlyList<string> FunctionsOf(PatchedSource file, SourceChange change, HashSet<int> old, HashSet<int> made)
    {
        int behind = change.OriginalBefore + change.Deleted.Count + 1;
        for (int line = change.OriginalBefore + 1; line < behind; line++)
        {
            if (old.Contains(line) && original.FunctionsAt(file.Path, line) is { Names.Count: > 0 } changed)
                return changed.Names;
        }

        // Lines that come to be within a function: it begins before them, and has code of a line behind them.
        (int begin, IReadOnlyList<string> around) = original.FunctionsAt(file.Path, change.OriginalBefore);
        int[] ofAround = around.Count == 0 ? [] : [.. old.Where(line => original.FunctionsAt(file.Path, line).Begin == begin)];
        if (ofAround.Length > 0 && ofAround.Max() >= behind)
            return around;
        int[] added = [.. made.Where(line => !old.Contains(line) && IsAdded(file, change, line))];
        if (added.Length == 0)
            return [];
        return ofAround.Length > 0 ? around : NewFunctionsAt(file, added[0]);
    }

    private static bool IsAdded(PatchedSource file, SourceChange change, int compiledLine)
    {
        int line = file.PatchedLineOf(compiledLine);
        return line > change.PatchedBefore && line <= change.PatchedBefore + change.Added.Count;
    }

    // One that the patch brings, and that is inlined.
    private string[] NewFunctionsAt(PatchedSource file, int compiledLine) =>
        [.. patched.FunctionsAt(file.Path, compiledLine).Names.Where(name => !original.Has(name))];
}
