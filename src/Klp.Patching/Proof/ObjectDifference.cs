namespace Klp.Patching.Proof;

/// <summary>The first thing in which an object is not like the one that was expected.</summary>
/// <param name="Section">The section that it is in; null for what is of the whole object.</param>
/// <param name="Symbol">The function or variable that it is in; null where none is there.</param>
/// <param name="Offset">Offset from the symbol, or where there is none from the section's beginning, in bytes.</param>
/// <param name="What">What differs, in words that go on after a colon.</param>
public sealed record ObjectDifference(string? Section, string? Symbol, ulong Offset, string What)
{
    /// <summary>Where it is and what: <c>version_proc_show+0x10 (.text): the bytes are … instead of …</c>.</summary>
    public override string ToString() => (Section, Symbol) switch
    {
        (null, null) => What,
        (null, _) => $"{Symbol}: {What}",
        (_, null) => $"{Section}+0x{Offset:x}: {What}",
        _ => $"{Symbol}+0x{Offset:x} ({Section}): {What}",
    };
}
