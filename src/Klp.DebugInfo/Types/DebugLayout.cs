namespace Klp.DebugInfo.Types;

/// <summary>How a compiler laid out a type that has a name.</summary>
/// <param name="Name">As in C: <c>struct page</c>, <c>enum zone_type</c>, <c>atomic_t</c> for an alias of a type without a tag.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Members">Its members in the order of the declaration.</param>
public sealed record DebugLayout(string Name, ulong Size, IReadOnlyList<DebugMember> Members)
{
    /// <summary>True for an enumeration that has a tag; its members are its values.</summary>
    public bool IsEnumeration => Name.StartsWith("enum ", StringComparison.Ordinal);

    /// <summary>True for the same size and the same members at the same places.</summary>
    /// <param name="other">The other layout.</param>
    public bool IsSame(DebugLayout other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Size == other.Size && Members.SequenceEqual(other.Members);
    }
}
