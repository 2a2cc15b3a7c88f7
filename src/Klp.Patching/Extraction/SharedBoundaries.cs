using Klp.Elf.Constants;
using Klp.Patching.Diff;
using static Klp.Elf.Relocations.AArch64RelocationTypes;

namespace Klp.Patching.Extraction;

/// <summary>
/// Tells references that may mean another variable than the one that is at their place. In a section that several share, the
/// assembler refers to all by places in the section: a loop over an array has its end, which is where the next variable begins, or
/// begins before it. Names are kept of what the kernel has (<see cref="SharedVariables"/>), and not of what the patch adds, or the
/// compiler numbers. Where the kernel has both at the same distance, it is one address.
/// </summary>
/// <param name="request">The unit.</param>
internal sealed class SharedBoundaries(ExtractionRequest request)
{
    // They make an address, and others access what is there.
    private static readonly uint[] Addresses = [Abs64, AdrPrelLo21, AddAbsLo12Nc];

    private readonly UnitDiff diff = request.Diff;
    private readonly UnitObject unit = request.Diff.Patched;

    /// <summary>The array that a reference may mean, where that is elsewhere in the kernel than the variable at its place.</summary>
    /// <param name="from">Who refers.</param>
    /// <param name="reference">A reference of the patched version.</param>
    /// <returns>The array; null where the reference means one place.</returns>
    internal UnitPart? ArrayMeant(UnitPart from, PartReference reference)
    {
        if (!IsByPlace(reference) || !unit.ReferencesOf(from).Any(other => IsAddress(other, reference)))
            return null;
        UnitPart there = reference.Target!;
        IEnumerable<UnitPart> arrays = unit.Parts.Where(part => part.Kind == PartKind.Variable && part.Section == there.Section
            && part != there && !unit.KeptNames.Contains(part.Name) && unit.MayBeArray(part) && !IsMovedWith(part, there));
        // What has its name is meant by it alone.
        if (unit.KeptNames.Contains(there.Name) || reference.TargetOffset != 0)
            return arrays.FirstOrDefault();
        return arrays.LastOrDefault(array => array.Offset + array.Size == there.Offset && IsUsed(from, array));
    }

    private bool IsUsed(UnitPart from, UnitPart array) => unit.ReferencesOf(from).Any(other => other.Target == array)
        || (diff.OriginalOf(from) is { } original && diff.OriginalOf(array) is { } old
            && diff.Original.ReferencesOf(original).Any(other => IsByPlace(other) && other.TargetOffset == 0
                && diff.Original.EndingAt(other.Target!.Section, other.Target.Offset) == old));

    private static bool IsByPlace(PartReference reference) =>
        reference is { Target: { Kind: PartKind.Variable, IsShared: true }, Relocation.Symbol.Type: ElfSymbolType.Section };

    private static bool IsAddress(PartReference reference, PartReference same) =>
        reference.Target == same.Target && reference.TargetOffset == same.TargetOffset && Addresses.Contains(reference.Relocation.Type);

    // The kernel's own object, which has section anchors, may have them in another order.
    private bool IsMovedWith(UnitPart array, UnitPart other) => MoveOf(array) is { } move && MoveOf(other) == move;

    private ulong? MoveOf(UnitPart part) => diff.OriginalOf(part) is { } original
        && request.Placement.Candidate(original.Name) is { } kernels ? unchecked(kernels.Value - part.Offset) : null;
}
