namespace Klp.Patching.Patches;

/// <summary>A group of <c>#if</c> to <c>#endif</c>, and how many parentheses its alternatives leave open.</summary>
/// <param name="before">How many are open before it.</param>
/// <param name="isNever">True for <c>#if 0</c>, whose first alternative is any text.</param>
internal sealed class ConditionalGroup(int before, bool isNever)
{
    private bool isNever = isNever;
    private bool hasElse;
    private int most = -1;
    private int least = int.MaxValue;

    /// <summary>How many are open before it, and so before each alternative.</summary>
    internal int Before { get; set; } = before;

    /// <summary>Ends an alternative.</summary>
    /// <param name="depth">How many are open at its end.</param>
    /// <param name="isElse">True where <c>#else</c> follows.</param>
    internal void End(int depth, bool isElse)
    {
        if (!isNever)
            (most, least) = (Math.Max(most, depth), Math.Min(least, depth));
        isNever = false;
        hasElse |= isElse;
    }

    /// <summary>Ends the group.</summary>
    /// <param name="depth">How many are open at the end of its last alternative.</param>
    /// <returns>How many may be open behind it, and whether that is the same for each alternative.</returns>
    internal (int Depth, bool IsAgreed) Finish(int depth)
    {
        End(depth, isElse: false);
        if (!hasElse)
            End(Before, isElse: false);
        return (most, most == least);
    }
}
