using Klp.Elf;

namespace Klp.Livepatch.Modules;

/// <summary>
/// The instructions that the kernel may replace as a module loads, and their replacements: the entries of
/// <c>.altinstructions</c> (struct alt_instr in arch/*/include/asm/alternative.h). Every architecture's entry begins with
/// two 32-bit offsets, to the original and to the replacement; where the lengths are depends on its size.
/// </summary>
internal sealed class AlternativeRanges
{
    private const string SectionName = ".altinstructions";
    private const ulong ReplacementField = 4;

    // For an entry of unknown form: longer than any alternative is.
    private const ulong UnknownLength = 256;

    private readonly List<(ElfSection Section, ulong Start, ulong End)> ranges = [];

    /// <summary>Reads the ranges of a module; none where it has no alternatives.</summary>
    internal static AlternativeRanges Read(ElfObject module)
    {
        AlternativeRanges alternatives = new();
        foreach (ElfRelocationSection relocations in module.RelocationSections.Where(section => section.InfoSection?.Name == SectionName))
            alternatives.Add(module, (ElfDataSection)relocations.InfoSection!, relocations);
        return alternatives;
    }

    /// <summary>True when a place is inside a range.</summary>
    internal bool Contains(ElfSection section, ulong offset) =>
        ranges.Exists(range => range.Section == section && range.Start <= offset && offset < range.End);

    private void Add(ElfObject module, ElfDataSection table, ElfRelocationSection relocations)
    {
        List<ElfRelocation> entries = [.. relocations.Relocations.OrderBy(relocation => relocation.Offset)];
        ulong size = EntrySize(table, entries);
        foreach (ElfRelocation relocation in entries)
        {
            if (RelocationIndex.Target(relocation) is not { } place)
                continue;
            bool isReplacement = size > 0 && relocation.Offset % size == ReplacementField;
            ulong length = Length(module.Header.Machine, size, table.Contents[(int)Math.Min(relocation.Offset / Math.Max(size, 1) * size, table.Size)..], isReplacement);
            ranges.Add((place.Section, place.Offset, place.Offset + length));
        }
    }

    // Each entry has two relocations, so the third one belongs to the second entry.
    private static ulong EntrySize(ElfDataSection table, List<ElfRelocation> entries)
    {
        ulong size = entries.Count > 2 ? entries[2].Offset : table.Size;
        return size > 0 && table.Size % size == 0 ? size : 0;
    }

    private static ulong Length(ElfMachine machine, ulong entrySize, ReadOnlySpan<byte> entry, bool isReplacement)
    {
        (int Original, int Replacement)? fields = (machine, entrySize) switch
        {
            (ElfMachine.AArch64 or ElfMachine.LoongArch or ElfMachine.S390 or ElfMachine.X8664, 12) => (10, 11),
            (ElfMachine.X8664, 13) => (10, 11),
            (ElfMachine.X8664, 14) => (12, 13),
            (ElfMachine.S390, 13) => (12, 12),
            _ => null,
        };
        return fields is var (original, replacement) && (ulong)entry.Length >= entrySize
            ? entry[isReplacement ? replacement : original]
            : UnknownLength;
    }
}
