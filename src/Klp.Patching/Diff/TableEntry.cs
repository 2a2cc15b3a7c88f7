using Klp.Elf.Model;

namespace Klp.Patching.Diff;

/// <summary>An entry of a table that the kernel reads.</summary>
/// <param name="Table">The table's form.</param>
/// <param name="Section">The section that it stands in.</param>
/// <param name="Offset">Where it begins in the section, in bytes.</param>
/// <param name="Size">How many bytes it has.</param>
/// <param name="Owner">The function that it is about; null where that is no part.</param>
/// <param name="OwnerOffset">Which place of the function, in bytes from its beginning.</param>
/// <param name="References">What it refers to, the owner too.</param>
public sealed record TableEntry(
    SpecialTable Table,
    ElfDataSection Section,
    ulong Offset,
    int Size,
    UnitPart? Owner,
    long OwnerOffset,
    IReadOnlyList<PartReference> References)
{
    /// <summary>Where it has the line of the source, from its beginning, in bytes; null where it has none.</summary>
    public (int Offset, int Bytes)? Line { get; init; }

    /// <summary>Its bytes.</summary>
    public ReadOnlySpan<byte> Contents => Section.Contents.Slice((int)Offset, Size);
}
