using DiffPlex;
using DiffPlex.Chunkers;
using DiffPlex.Model;
using Klp.Patching.Diff;

namespace Klp.Kbuild.Disassembly;

/// <summary>
/// Aligns the two versions of a function. Instructions are the same where their texts are and what they refer to is, by name and
/// contents: where the compiler put it, and how far a branch reaches, says nothing. A branch within the function is the same
/// where it leads to the same instruction.
/// </summary>
internal sealed class ListingComparison(UnitDiff diff, FunctionCode original, FunctionCode patched)
{
    private readonly string[] originalKeys = Keys(original, diff.OriginalTarget);
    private readonly string[] patchedKeys = Keys(patched, diff.PatchedTarget);

    private const int Context = 3;
    private const int MostRows = 500;

    /// <summary>The rows with what differs; none where nothing does.</summary>
    /// <param name="left">How many differing rows did not find place.</param>
    internal IReadOnlyList<ListingRow> Rows(out int left)
    {
        List<(int Original, int Patched)> pairs = [.. Align()];
        Dictionary<int, int> patchedOf = pairs
            .Where(pair => pair is { Original: >= 0, Patched: >= 0 })
            .ToDictionary(pair => pair.Original, pair => pair.Patched);
        ListingRow[] rows = [.. pairs.Select(pair => Row(pair.Original, pair.Patched, patchedOf))];
        return Shorten(rows, out left);
    }

    // Pairs of indices, -1 where a version has nothing there.
    private IEnumerable<(int Original, int Patched)> Align()
    {
        DiffResult aligned = Differ.Instance.CreateDiffs(
            string.Join('\n', originalKeys), string.Join('\n', patchedKeys), false, false, LineChunker.Instance);
        int old = 0, made = 0;
        foreach (DiffBlock block in aligned.DiffBlocks)
        {
            for (; old < block.DeleteStartA; old++, made++)
                yield return (old, made);
            for (int row = 0; row < Math.Max(block.DeleteCountA, block.InsertCountB); row++)
                yield return (row < block.DeleteCountA ? old + row : -1, row < block.InsertCountB ? made + row : -1);
            old += block.DeleteCountA;
            made += block.InsertCountB;
        }

        for (; old < original.Count; old++, made++)
            yield return (old, made);
    }

    // Each in a line.
    private static string[] Keys(FunctionCode code, Func<PartReference, string> targetOf) =>
        [.. Enumerable.Range(0, code.Count).Select(index => KeyOf(code, index, targetOf).ReplaceLineEndings("␤"))];

    private static string KeyOf(FunctionCode code, int index, Func<PartReference, string> targetOf)
    {
        string[] references = [.. code.ReferencesAt(index).Select(reference => $"{reference.Relocation.Type} {targetOf(reference)}")];
        // Where a branch within the function leads to is compared when it is known which instructions are the same.
        string target = references.Length > 0 ? string.Join('\t', references)
            : code.TargetOf(index) is not null ? "inside"
            : code.Show(index).Reference ?? "";
        return $"{code[index].Text}\t{target}";
    }

    private ListingRow Row(int old, int made, Dictionary<int, int> patchedOf)
    {
        ListedInstruction? before = old < 0 ? null : original.Show(old), after = made < 0 ? null : patched.Show(made);
        if (before is null || after is null)
            return new ListingRow(before is null ? ListingRowKind.Added : ListingRowKind.Removed, before, after);
        if (AreSame(old, made, patchedOf))
            return new ListingRow(ListingRowKind.Same, before, after);
        // Where code is added in front of its target, a branch reads as before.
        return new ListingRow(
            ListingRowKind.Changed,
            before,
            before == after with { Offset = before.Offset }
                ? after with { Reference = $"{after.Reference}, which is other code now" }
                : after);
    }

    private bool AreSame(int old, int made, Dictionary<int, int> patchedOf)
    {
        if (originalKeys[old] != patchedKeys[made])
            return false;
        return original.TargetOf(old) is not { } target
            || (patchedOf.TryGetValue(target, out int there) && there == patched.TargetOf(made));
    }

    private static List<ListingRow> Shorten(ListingRow[] rows, out int left)
    {
        bool[] shown = new bool[rows.Length];
        for (int index = 0; index < rows.Length; index++)
        {
            if (rows[index].Kind != ListingRowKind.Same)
                Array.Fill(
                    shown, true, Math.Max(0, index - Context), Math.Min(rows.Length, index + Context + 1) - Math.Max(0, index - Context));
        }

        List<ListingRow> result = [];
        left = 0;
        for (int index = 0, skipped = 0; index < rows.Length; index++)
        {
            if (result.Count >= MostRows)
            {
                left += rows[index].Kind == ListingRowKind.Same ? 0 : 1;
                continue;
            }

            skipped = shown[index] ? 0 : skipped + 1;
            if (shown[index])
                result.Add(rows[index]);
            else if (skipped > 1 && result is [.., { Kind: ListingRowKind.Skipped }])
                result[^1] = result[^1] with { Skipped = skipped };
            else
                result.Add(new ListingRow(ListingRowKind.Skipped, null, null, skipped));
        }

        return result.TrueForAll(row => row.Kind == ListingRowKind.Skipped) ? [] : result;
    }
}
