using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Patching.Diff;

/// <summary>Takes the tables of a unit apart.</summary>
internal static class TableReader
{
    internal static IEnumerable<TableEntry> Read(UnitObject unit) =>
        unit.Source.Sections.OfType<ElfDataSection>()
            .Where(section => section.HasContents && SectionRoles.Of(section) == SectionRole.Table)
            .SelectMany(section => WithLines(unit, section, [.. ReadSection(unit, section)]));

    /// <summary>The size of the entries of a section in bytes; null where the contents are no such table.</summary>
    internal static int? EntryBytes(UnitObject unit, ElfDataSection section)
    {
        SpecialTable table = SpecialTable.Find(section.Name)!;
        int size = table.EntryBytes;
        if (size == 0)
        {
            // Each entry refers to code once.
            int count = unit.Index
                .RelocationsIn(section)
                .Count(relocation => relocation.Symbol?.Section?.Flags.HasFlag(ElfSectionFlags.Execute) == true);
            size = count == 0 || section.Size % (ulong)count != 0 ? 0 : (int)(section.Size / (ulong)count);
        }

        return size > 0 && section.Size % (ulong)size == 0 ? size : null;
    }

    private static IEnumerable<TableEntry> WithLines(UnitObject unit, ElfDataSection section, IReadOnlyList<TableEntry> entries) =>
        SpecialTable.Find(section.Name)!.HasLines && BugEntries.LineOf(entries, unit.Source.Header.Machine) is { } line
            ? entries.Select(entry => entry with { Line = line })
            : entries;

    private static IEnumerable<TableEntry> ReadSection(UnitObject unit, ElfDataSection section)
    {
        SpecialTable table = SpecialTable.Find(section.Name)!;
        if (EntryBytes(unit, section) is not { } size)
            yield break;
        ILookup<ulong, ElfRelocation> relocations = unit.Index
            .RelocationsIn(section)
            .ToLookup(relocation => relocation.Offset / (ulong)size);
        for (ulong offset = 0; offset < section.Size; offset += (ulong)size)
        {
            ulong start = offset;
            PartReference[] references = [.. relocations[offset / (ulong)size].Select(relocation => unit.Resolve(relocation, start))];
            PartReference? owner = Array.Find(references, reference => reference.Offset == (ulong)table.OwnerOffset);
            yield return new TableEntry(table, section, offset, size, owner?.Target, owner?.TargetOffset ?? 0, references);
        }
    }
}
