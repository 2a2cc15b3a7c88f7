namespace Klp.Patching.Patches;

/// <summary>Where lines are found in a file.</summary>
internal static class HunkPlace
{
    /// <summary>True where lines are found at a place.</summary>
    /// <param name="lines">The file.</param>
    /// <param name="index">The place: how many lines are before it.</param>
    /// <param name="wanted">The lines.</param>
    internal static bool Fits(IReadOnlyList<SourceLine> lines, int index, IReadOnlyList<HunkLine> wanted)
    {
        if (index < 0 || index > lines.Count - wanted.Count)
            return false;
        for (int offset = 0; offset < wanted.Count; offset++)
        {
            if (lines[index + offset].Text != wanted[offset].Text)
                return false;
        }

        return true;
    }

    /// <summary>
    /// Finds the first two places of lines, in a time that grows with the file and the lines alone (Knuth, Morris and Pratt).
    /// </summary>
    /// <param name="lines">The file.</param>
    /// <param name="from">Where to begin: how many lines are passed over.</param>
    /// <param name="wanted">The lines, at least one.</param>
    /// <returns>The places, at most two.</returns>
    internal static List<int> Find(IReadOnlyList<SourceLine> lines, int from, IReadOnlyList<HunkLine> wanted)
    {
        int[] borders = Borders(wanted);
        List<int> places = [];
        int matched = 0;
        for (int index = from; index < lines.Count && places.Count < 2; index++)
        {
            while (matched > 0 && (matched == wanted.Count || lines[index].Text != wanted[matched].Text))
                matched = borders[matched - 1];
            if (lines[index].Text == wanted[matched].Text)
                matched++;
            if (matched == wanted.Count)
                places.Add(index - wanted.Count + 1);
        }

        return places;
    }

    // For each beginning of the lines the length of its longest end that is a beginning too.
    private static int[] Borders(IReadOnlyList<HunkLine> wanted)
    {
        int[] borders = new int[wanted.Count];
        for (int index = 1, length = 0; index < wanted.Count; index++)
        {
            while (length > 0 && wanted[index].Text != wanted[length].Text)
                length = borders[length - 1];
            if (wanted[index].Text == wanted[length].Text)
                length++;
            borders[index] = length;
        }

        return borders;
    }
}
