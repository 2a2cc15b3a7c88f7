using System.Globalization;
using Klp.DebugInfo.Types;

namespace Klp.Patching.Types;

/// <summary>Says in which member two layouts of a type differ.</summary>
/// <param name="Word">The member's name, or the type's.</param>
/// <param name="What">The difference, in words.</param>
/// <param name="IsCause">False where members only moved, or the size alone is another: then a type inside may be the cause.</param>
internal sealed record LayoutDifference(string Word, string What, bool IsCause)
{
    internal static LayoutDifference Between(DebugLayout original, DebugLayout patched)
    {
        bool isEnumeration = original.IsEnumeration;
        ILookup<string, DebugMember> before = original.Members.ToLookup(member => member.Name),
            after = patched.Members.ToLookup(member => member.Name);
        if (original.Members.FirstOrDefault(member => !after.Contains(member.Name)) is { } gone)
            return new LayoutDifference(gone.Name, $"{gone.Name}, {Place(gone, isEnumeration)}, is gone", true);
        if (patched.Members.FirstOrDefault(member => !before.Contains(member.Name)) is { } added)
            return new LayoutDifference(
                added.Name,
                $"{added.Name}, {Place(added, isEnumeration)}, is new{Sizes(original, patched)}{Moved(before, patched, isEnumeration)}",
                true);
        foreach (DebugMember member in patched.Members)
        {
            DebugMember old = before[member.Name].First();
            if (old.Type != member.Type || old.BitSize != member.BitSize)
                return new LayoutDifference(
                    member.Name,
                    $"{member.Name}, {Place(old, isEnumeration)}, was {Type(old)} and is {Type(member)}{Sizes(original, patched)}",
                    true);
        }

        foreach (DebugMember member in patched.Members)
        {
            DebugMember old = before[member.Name].First();
            if (old != member)
                return new LayoutDifference(
                    member.Name,
                    $"{member.Name} was {Place(old, isEnumeration)} and is {Place(member, isEnumeration)}{Sizes(original, patched)}",
                    isEnumeration);
        }

        return new LayoutDifference(original.Name.Split(' ')[^1], original.Size != patched.Size
            ? string.Create(CultureInfo.InvariantCulture, $"it had {original.Size} bytes and has {patched.Size}")
                : "its members are in another order", false);
    }

    private static string Moved(ILookup<string, DebugMember> before, DebugLayout patched, bool isEnumeration) =>
        patched.Members.FirstOrDefault(
            member => before[member.Name].FirstOrDefault() is { } old && old.Offset != member.Offset) is { } moved
            ? $"; {moved.Name} was {Place(before[moved.Name].First(), isEnumeration)} and is {Place(moved, isEnumeration)}" : "";

    private static string Sizes(DebugLayout original, DebugLayout patched) => original.Size == patched.Size ? ""
        : string.Create(CultureInfo.InvariantCulture, $"; it had {original.Size} bytes and has {patched.Size}");

    private static string Place(DebugMember member, bool isEnumeration)
    {
        if (isEnumeration)
            return ((long)member.Offset).ToString(CultureInfo.InvariantCulture);
        string bit = member.BitSize > 0 ? string.Create(CultureInfo.InvariantCulture, $" (bit {member.BitOffset})") : "";
        return string.Create(CultureInfo.InvariantCulture, $"at offset {member.Offset}{bit}");
    }

    private static string Type(DebugMember member) =>
        member.BitSize > 0 ? string.Create(CultureInfo.InvariantCulture, $"{member.Type}:{member.BitSize}") : member.Type;
}
