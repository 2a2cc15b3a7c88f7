using System.Buffers.Binary;
using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Patching.Diff;

/// <summary>
/// Code that shares its section with other functions, as that in .init.text or .noinstr.text does. The assembler resolves
/// branches inside a section without a relocation, so that a function behind one that grew has other bytes and is the same.
/// </summary>
internal static class SharedCode
{
    /// <summary>The bytes of a part, without the distances of branches that leave it.</summary>
    internal static byte[] Contents(UnitObject unit, UnitPart part) => Contents(unit, CodeRange.Of(part));

    /// <summary>The branches that leave a part without a relocation, as if they had one.</summary>
    internal static IEnumerable<PartReference> Branches(UnitObject unit, UnitPart part) => Branches(unit, CodeRange.Of(part));

    /// <summary>
    /// The code that the kernel may put in the place of a function's own, where that is not in the function: at the end of a section
    /// that several share.
    /// </summary>
    /// <param name="unit">The unit.</param>
    /// <param name="entry">An entry of a table.</param>
    /// <param name="reference">A reference of the entry.</param>
    /// <returns>The bytes, and what they refer to; null for any other reference.</returns>
    internal static (byte[] Contents, IReadOnlyList<PartReference> References)? Replacement(
        UnitObject unit, TableEntry entry, PartReference reference)
    {
        if (!entry.Table.IsAlternatives || reference is not { Offset: SpecialTable.ReplacementOffset, Target: null }
            || reference.Relocation.Target is not { Section: ElfDataSection { HasContents: true } section, Offset: ulong start })
        {
            return null;
        }

        ulong size = entry.Contents[SpecialTable.ReplacementBytesOffset];
        if (start > section.Size || size > section.Size - start)
            return null;
        CodeRange range = new(section, start, size);
        IEnumerable<PartReference> relocated = unit.RelocationsIn(section, start, size)
            .Select(relocation => unit.Resolve(relocation, start));
        return (Contents(unit, range), [.. relocated, .. Branches(unit, range)]);
    }

    private static byte[] Contents(UnitObject unit, CodeRange range)
    {
        byte[] contents = range.Contents.ToArray();
        foreach ((int at, A64Branch branch, _) in Leaving(unit, range))
            BinaryPrimitives.WriteUInt32LittleEndian(contents.AsSpan(at), branch.WithoutDistance);
        return contents;
    }

    private static IEnumerable<PartReference> Branches(UnitObject unit, CodeRange range)
    {
        foreach ((int at, A64Branch branch, ulong target) in Leaving(unit, range))
        {
            UnitPart? other = unit.PartAt(range.Section, target);
            yield return new PartReference(
                (ulong)at,
                new ElfRelocation { Offset = range.Offset + (ulong)at, Type = branch.RelocationType },
                other,
                other is null ? "outside" : null,
                (long)(target - (other?.Offset ?? 0)));
        }
    }

    private static IEnumerable<(int At, A64Branch Branch, ulong Target)> Leaving(UnitObject unit, CodeRange range)
    {
        if (!range.IsShared || unit.Source.Header.Machine != ElfMachine.AArch64 || !range.Section.HasContents)
            yield break;
        HashSet<ulong> relocated = [.. unit.RelocationsIn(range.Section, range.Offset, range.Size).Select(relocation => relocation.Offset)];
        for (int at = 0; at + A64Branch.Bytes <= (int)range.Size; at += A64Branch.Bytes)
        {
            if (relocated.Contains(range.Offset + (ulong)at)
                || A64Branch.Decode(BinaryPrimitives.ReadUInt32LittleEndian(range.Contents[at..])) is not { } branch)
            {
                continue;
            }

            ulong target = range.Offset + (ulong)at + (ulong)branch.Distance;
            if (target < range.Offset || target >= range.Offset + range.Size)
                yield return (at, branch, target);
        }
    }

    /// <summary>Code of a section.</summary>
    private readonly record struct CodeRange(ElfDataSection Section, ulong Offset, ulong Size, bool IsShared = true)
    {
        internal ReadOnlySpan<byte> Contents => Section.HasContents ? Section.Contents.Slice((int)Offset, (int)Size) : [];

        internal static CodeRange Of(UnitPart part) =>
            new(part.Section, part.Offset, part.Size, part.IsShared && part.Kind == PartKind.Function);
    }
}
