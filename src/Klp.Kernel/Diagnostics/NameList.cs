namespace Klp.Kernel.Diagnostics;

/// <summary>Names in a sentence: a few of them, and how many more there are.</summary>
public static class NameList
{
    /// <summary>How many names a sentence has.</summary>
    public const int Most = 3;

    /// <summary>Names some: <c>a, b and c</c>, or <c>a, b, c and 19 more</c>.</summary>
    /// <param name="names">All of them, the first ones first.</param>
    public static string Of(IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        // One more takes as many words as its name.
        if (names.Count > Most + 1)
            return FormattableString.Invariant($"{string.Join(", ", names.Take(Most))} and {names.Count - Most} more");
        return names.Count < 2 ? string.Concat(names) : $"{string.Join(", ", names.SkipLast(1))} and {names.Last()}";
    }
}
