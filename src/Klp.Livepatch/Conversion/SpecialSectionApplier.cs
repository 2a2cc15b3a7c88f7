using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Conversion;

/// <summary>
/// Moves entries of special sections to <c>.klp.arch.object.section</c>. Their relocations are within the module and stay
/// ordinary ones.
/// </summary>
internal static class SpecialSectionApplier
{
    internal static void Apply(ConversionPlan plan)
    {
        foreach (IGrouping<ElfSection, SpecialSectionMove> table in plan.SpecialSectionMoves.GroupBy(move => move.Entry.Table))
            Split(plan.Module, (ElfDataSection)table.Key, [.. table]);
    }

    private static void Split(ElfObject module, ElfDataSection table, List<SpecialSectionMove> moves)
    {
        ulong size = moves[0].Entry.Size;
        List<ElfRelocationSection> relocations = [.. module.RelocationSections.Where(section => section.InfoSection == table)];
        foreach (IGrouping<string, SpecialSectionMove> moved in moves.GroupBy(move => move.PatchedObject))
        {
            ulong[] entries = [.. moved.Select(move => move.Entry.Offset)];
            ElfDataSection section = new(LivepatchNames.ArchSection(moved.Key, table.Name), table.Type, Contents(table, entries, size))
            {
                Flags = table.Flags,
                Alignment = table.Alignment,
                EntrySize = table.EntrySize,
            };
            ElfRelocationSection own = new($".rela{section.Name}", section, module.SymbolTable!) { Flags = ElfSectionFlags.InfoLink };
            foreach (ElfRelocation relocation in Relocations(relocations, entries, size))
                own.Relocations.Add(relocation);
            module.AddSection(section);
            module.AddSection(own);
        }

        ulong[] staying = [.. Offsets(table, size).Except(moves.Select(move => move.Entry.Offset))];
        // An empty table would leave an empty relocation section, which strip treats wrongly.
        if (staying.Length == 0)
        {
            ConversionApplier.RemoveSections(module, [table], []);
            return;
        }

        byte[] contents = Contents(table, staying, size);
        foreach (ElfRelocationSection section in relocations)
        {
            List<ElfRelocation> kept = [.. Relocations([section], staying, size)];
            section.Relocations.Clear();
            foreach (ElfRelocation relocation in kept)
                section.Relocations.Add(relocation);
        }

        table.SetContents(contents);
    }

    private static IEnumerable<ulong> Offsets(ElfDataSection table, ulong size)
    {
        for (ulong offset = 0; offset < table.Size; offset += size)
            yield return offset;
    }

    private static byte[] Contents(ElfDataSection table, ulong[] entries, ulong size)
    {
        byte[] contents = new byte[entries.Length * (int)size];
        for (int i = 0; i < entries.Length; i++)
            table.Contents.Slice((int)entries[i], (int)size).CopyTo(contents.AsSpan(i * (int)size));
        return contents;
    }

    // Of the entries, at their new places. A relative one's value follows from where it is, so its addend stays.
    private static IEnumerable<ElfRelocation> Relocations(List<ElfRelocationSection> sections, ulong[] entries, ulong size) =>
        from relocation in sections.SelectMany(section => section.Relocations)
        let index = Array.IndexOf(entries, relocation.Offset / size * size)
        where index >= 0
        select new ElfRelocation
        {
            Offset = ((ulong)index * size) + (relocation.Offset % size),
            Type = relocation.Type,
            Symbol = relocation.Symbol,
            Addend = relocation.Addend,
        };
}
