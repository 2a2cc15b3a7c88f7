using Klp.Elf.Constants;
using Klp.Patching.Diff;
using static Klp.Elf.Relocations.AArch64RelocationTypes;

namespace Klp.Patching.Extraction;

/// <summary>
/// Tells references that may mean the end of a variable from those that mean the next one. In a section that several variables
/// share, the assembler refers to both by one place in the section: a loop over an array has its end, which is where the next
/// variable begins. Where the kernel has both side by side, it is one address.
/// </summary>
/// <param name="diff">The unit.</param>
internal sealed class SharedBoundaries(UnitDiff diff)
{
    // They make an address, and others access what is there.
    private static readonly uint[] Addresses =
        [Abs64, AdrPrelLo21, AddAbsLo12Nc];

    /// <summary>
    /// The array whose end a reference may mean, where that is elsewhere in the kernel than the variable that begins there.
    /// </summary>
    /// <param name="from">Who refers.</param>
    /// <param name="reference">A reference of the patched version.</param>
    /// <returns>The array; null where the reference means one place.</returns>
    internal UnitPart? ArrayBefore(UnitPart from, PartReference reference)
    {
        if (Before(diff.Patched, reference) is not { } array || !diff.Patched.ReferencesOf(from).Any(other => IsAddress(other, reference))
            || AreSideBySide(diff.OriginalOf(array), diff.OriginalOf(reference.Target!)))
        {
            return null;
        }

        bool isUsed = diff.Patched.ReferencesOf(from).Any(other => other.Target == array);
        bool wasBefore = diff.OriginalOf(from) is { } original && diff.OriginalOf(array) is { } old
            && diff.Original.ReferencesOf(original).Any(other => Before(diff.Original, other) == old);
        return isUsed || wasBefore ? array : null;
    }

    private static bool IsAddress(PartReference reference, PartReference same) =>
        reference.Target == same.Target && reference.TargetOffset == same.TargetOffset && Addresses.Contains(reference.Relocation.Type);

    private static bool AreSideBySide(UnitPart? array, UnitPart? next) =>
        array is not null && next is not null && array.Section == next.Section && array.Offset + array.Size == next.Offset;

    private static UnitPart? Before(UnitObject unit, PartReference reference) =>
        reference is { Target: { Kind: PartKind.Variable, IsShared: true } next, TargetOffset: 0 }
            && reference.Relocation.Symbol?.Type == ElfSymbolType.Section
            && unit.EndingAt(next.Section, next.Offset) is { } array && array != next && unit.MayBeArray(array) ? array : null;
}
