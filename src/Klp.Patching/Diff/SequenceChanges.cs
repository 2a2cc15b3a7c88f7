namespace Klp.Patching.Diff;

/// <summary>Compares two lists whose places do not count.</summary>
internal static class SequenceChanges
{
    /// <summary>What changed from one list to the other.</summary>
    /// <param name="before">The list as it was.</param>
    /// <param name="after">The list as it is.</param>
    /// <param name="meaning">What an item means: items of one meaning are the same.</param>
    /// <returns>Pairs of what took the place of what; null for what is gone or new.</returns>
    internal static IEnumerable<(T? Before, T? After)> Find<T>(IReadOnlyList<T> before, IReadOnlyList<T> after, Func<T, string> meaning)
        where T : class
    {
        string[] old = [.. before.Select(meaning)], made = [.. after.Select(meaning)];
        int start = old.AsSpan().CommonPrefixLength(made);
        int end = 0;
        while (end < Math.Min(old.Length, made.Length) - start && old[^(end + 1)] == made[^(end + 1)])
            end++;
        if (old.Length == made.Length)
        {
            return Enumerable.Range(start, old.Length - start - end).Where(at => old[at] != made[at])
                .Select(at => ((T?)before[at], (T?)after[at]));
        }

        // Of each meaning as many as one list has more than the other.
        Dictionary<string, int> surplus = new(StringComparer.Ordinal);
        foreach (string key in made[start..^end])
            surplus[key] = surplus.GetValueOrDefault(key) + 1;
        foreach (string key in old[start..^end])
            surplus[key] = surplus.GetValueOrDefault(key) - 1;
        List<(T?, T?)> changes = [];
        for (int at = start; at < old.Length - end; at++)
        {
            if (surplus[old[at]] >= 0)
                continue;
            surplus[old[at]]++;
            changes.Add((before[at], null));
        }

        for (int at = start; at < made.Length - end; at++)
        {
            if (surplus[made[at]] <= 0)
                continue;
            surplus[made[at]]--;
            changes.Add((null, after[at]));
        }

        return changes;
    }
}
