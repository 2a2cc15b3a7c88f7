namespace Klp.Kernel.Symbols;

/// <summary>How many slips of the hand are between two names.</summary>
internal static class NameDistance
{
    private const int LongestName = 511;

    /// <summary>
    /// The Damerau-Levenshtein distance in its restricted form: the least number of letters added, left out, changed, or swapped
    /// with the next one, no letter twice. Words in another order, as in show_cmdline for cmdline_show, are one slip.
    /// </summary>
    /// <param name="first">A name, a byte a letter.</param>
    /// <param name="second">Another one.</param>
    /// <param name="limit">The distance above which it does not matter.</param>
    /// <returns>The distance, or any number above <paramref name="limit"/>.</returns>
    internal static int Between(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, int limit)
    {
        int tooFar = limit + 1;
        if (Math.Abs(first.Length - second.Length) > limit || first.Length > LongestName || second.Length > LongestName)
            return tooFar;
        if (limit > 0 && HaveSameWords(first, second))
            return 1;

        // Three rows of the table; of each only what is within the limit of the diagonal.
        Span<int> rows = stackalloc int[3 * (LongestName + 1)];
        Span<int> before = rows[..(second.Length + 1)],
            above = rows.Slice(LongestName + 1, second.Length + 1),
            row = rows.Slice(2 * (LongestName + 1), second.Length + 1);
        for (int j = 0; j <= second.Length; j++)
            above[j] = j;
        for (int i = 1; i <= first.Length; i++)
        {
            int from = Math.Max(1, i - limit), to = Math.Min(second.Length, i + limit), least = tooFar;
            row.Fill(tooFar);
            row[0] = i;
            for (int j = from; j <= to; j++)
            {
                int change = above[j - 1] + (first[i - 1] == second[j - 1] ? 0 : 1);
                int best = Math.Min(change, Math.Min(above[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && first[i - 1] == second[j - 2] && first[i - 2] == second[j - 1])
                    best = Math.Min(best, before[j - 2] + 1);
                row[j] = Math.Min(best, tooFar);
                least = Math.Min(least, row[j]);
            }

            if (least > limit && row[0] > limit)
                return tooFar;
            Span<int> last = before;
            before = above;
            above = row;
            row = last;
        }

        return above[second.Length];
    }

    private static bool HaveSameWords(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        if (first.Length != second.Length || !first.Contains((byte)'_') || Sum(first) != Sum(second) || first.SequenceEqual(second))
            return false;
        return Sorted(first).SequenceEqual(Sorted(second), StringComparer.Ordinal);
    }

    // The same letters in another order have the same one; taking the words apart is for few names.
    private static int Sum(ReadOnlySpan<byte> name)
    {
        int sum = 0;
        foreach (byte letter in name)
            sum += letter;
        return sum;
    }

    private static IEnumerable<string> Sorted(ReadOnlySpan<byte> name) =>
        System.Text.Encoding.Latin1.GetString(name).Split('_').Order(StringComparer.Ordinal);
}
