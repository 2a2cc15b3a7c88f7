using System.Diagnostics;

namespace Klp.Elf;

/// <summary>
/// Turns an object into a file: names and contents first, as they decide the sizes; then the layout; then the bytes.
/// </summary>
internal sealed class ElfObjectWriter(ElfObject source)
{
    private readonly ElfByteOrder order = source.Header.ByteOrder;
    private readonly Dictionary<ElfSection, uint> sectionIndices = [];
    private readonly Dictionary<ElfSymbol, uint> symbolIndices = [];

    /// <summary>The index of the first symbol that is not local: sh_info of the symbol table.</summary>
    internal static int FirstNonLocal(IReadOnlyList<ElfSymbol> symbols)
    {
        int index = 0;
        while (index < symbols.Count && symbols[index].Binding == ElfSymbolBinding.Local)
            index++;
        return index;
    }

    internal byte[] Write()
    {
        for (int i = 0; i < source.Sections.Count; i++)
            sectionIndices.Add(source.Sections[i], (uint)i);
        for (int i = 0; i < source.Symbols.Count; i++)
            symbolIndices.Add(source.Symbols[i], (uint)i);
        RequireNoForeignSymbolIndices();
        RequireExtendedIndices();

        // Adding names makes string tables grow, so all of them come before the layout.
        uint[] sectionNames = AddSectionNames();
        Dictionary<ElfSection, byte[]> contents = source.Sections.Where(section => section is not ElfStringTable).ToDictionary(section => section, Encode);
        foreach (ElfStringTable table in source.Sections.OfType<ElfStringTable>())
            contents.Add(table, table.ToArray());

        ElfLayout layout = new(source);
        byte[] file = new byte[layout.FileSize];
        foreach ((ulong offset, ulong original, ulong length) in layout.KeptPadding)
            source.OriginalBytes.AsSpan((int)original, (int)length).CopyTo(file.AsSpan((int)offset));
        // The offset of a section without bytes may be anywhere.
        foreach (ElfSection section in source.Sections.Where(section => contents[section].Length > 0))
            contents[section].CopyTo(file.AsSpan((int)layout.OffsetOf(section)));
        WriteSectionHeaders(file.AsSpan((int)layout.SectionHeaderOffset), layout, sectionNames);
        WriteHeader(file, layout);
        return file;
    }

    // A section such as .llvm_addrsig holds symbol indices in a form of its own, which this library does not renumber.
    private void RequireNoForeignSymbolIndices()
    {
        if (source.SymbolTable is not { IsRenumbered: true } table)
            return;
        ElfSection? foreign = source.Sections.FirstOrDefault(section => section is ElfDataSection && section.Link == table);
        if (foreign is not null)
            throw new InvalidOperationException($"{source.FileName}: symbols were removed, but section {foreign.Name} of type 0x{(uint)foreign.Type:x} holds symbol indices; remove it as well.");
    }

    private void RequireExtendedIndices()
    {
        if (source.Sections.Count <= ElfSectionIndex.LowReserved || source.Sections.OfType<ElfSymbolIndexSection>().Any())
            return;
        ElfSymbol? symbol = source.Symbols.FirstOrDefault(NeedsExtendedIndex);
        if (symbol is not null)
            throw new InvalidOperationException($"{source.FileName}: symbol {symbol.Name} is in a section whose index is above 0x{ElfSectionIndex.LowReserved - 1:x}, but the object has no SHT_SYMTAB_SHNDX section.");
    }

    private uint[] AddSectionNames()
    {
        uint index = source.Header.SectionNameTableIndex;
        ElfStringTable table = (ElfStringTable)source.OriginalSections[(int)index];
        return [.. source.Sections.Select(section => section.NameOffset ?? table.Add(section.Name))];
    }

    private byte[] Encode(ElfSection section) => section switch
    {
        ElfSymbolTable table => EncodeSymbols(table),
        ElfRelocationSection relocations => EncodeRelocations(relocations),
        ElfGroupSection group => EncodeGroup(group),
        ElfSymbolIndexSection => EncodeExtendedIndices(),
        ElfDataSection data => data.Contents.ToArray(),
        _ => throw new UnreachableException(),
    };

    private byte[] EncodeSymbols(ElfSymbolTable table)
    {
        ElfStringTable names = (ElfStringTable)table.Link!;
        byte[] bytes = new byte[table.Size];
        for (int i = 0; i < table.Symbols.Count; i++)
        {
            ElfSymbol symbol = table.Symbols[i];
            uint section = SectionIndexOf(symbol);
            ElfSymbolEntry entry = new(
                symbol.NameOffset ?? names.Add(symbol.Name),
                (byte)(((int)symbol.Binding << 4) | (int)symbol.Type),
                symbol.Other,
                NeedsExtendedIndex(symbol) ? ElfSectionIndex.Extended : (ushort)section,
                symbol.Value,
                symbol.Size);
            entry.Write(bytes.AsSpan(i * ElfSymbolEntry.EntryBytes), order);
        }

        return bytes;
    }

    // An index of 0 for every symbol whose index fits st_shndx (gABI, "Symbol Table").
    private byte[] EncodeExtendedIndices()
    {
        byte[] bytes = new byte[source.Symbols.Count * ElfSymbolIndexSection.IndexBytes];
        for (int i = 0; i < source.Symbols.Count; i++)
        {
            if (NeedsExtendedIndex(source.Symbols[i]))
                order.WriteUInt32(bytes.AsSpan(i * ElfSymbolIndexSection.IndexBytes), SectionIndexOf(source.Symbols[i]));
        }

        return bytes;
    }

    private byte[] EncodeRelocations(ElfRelocationSection section)
    {
        byte[] bytes = new byte[section.Size];
        int offset = 0;
        foreach (ElfRelocation relocation in section.Relocations)
        {
            Span<byte> entry = bytes.AsSpan(offset, section.EntryBytes);
            order.WriteUInt64(entry, relocation.Offset);
            order.WriteUInt64(entry[8..], ((ulong)SymbolIndexOf(relocation.Symbol, section.Name) << 32) | relocation.Type);
            if (section.HasAddends)
                order.WriteUInt64(entry[16..], (ulong)relocation.Addend);
            offset += section.EntryBytes;
        }

        return bytes;
    }

    private byte[] EncodeGroup(ElfGroupSection group)
    {
        byte[] bytes = new byte[group.Size];
        order.WriteUInt32(bytes, group.GroupFlags);
        for (int i = 0; i < group.Members.Count; i++)
            order.WriteUInt32(bytes.AsSpan(4 + (4 * i)), SectionIndexOf(group.Members[i], group.Name));
        return bytes;
    }

    private void WriteSectionHeaders(Span<byte> table, ElfLayout layout, uint[] names)
    {
        for (int i = 0; i < source.Sections.Count; i++)
        {
            ElfSection section = source.Sections[i];
            ElfSectionHeader header = new(
                names[i],
                section.Type,
                section.Flags,
                section.Address,
                layout.OffsetOf(section),
                section.Size,
                SectionIndexOf(section.Link, section.Name),
                InfoOf(section),
                section.Alignment,
                section.EntrySize);
            header.Write(table[(i * ElfSectionHeader.EntryBytes)..], order);
        }

        if (source.Sections.Count >= ElfSectionIndex.LowReserved)
            order.WriteUInt64(table[32..], (ulong)source.Sections.Count);
        if (NameTableIndex() >= ElfSectionIndex.LowReserved)
            order.WriteUInt32(table[40..], NameTableIndex());
    }

    private uint InfoOf(ElfSection section) => section switch
    {
        ElfSymbolTable table => (uint)FirstNonLocal(table.Symbols),
        ElfGroupSection group => SymbolIndexOf(group.Signature, group.Name),
        { InfoSection: { } target } => SectionIndexOf(target, section.Name),
        _ => section.InfoValue,
    };

    private void WriteHeader(Span<byte> file, ElfLayout layout)
    {
        // Fields that an edit does not change are kept as they were, unknown ones included.
        source.OriginalBytes.AsSpan(0, ElfHeader.Size).CopyTo(file);
        order.WriteUInt64(file[40..], layout.SectionHeaderOffset);
        order.WriteUInt16(file[60..], source.Sections.Count >= ElfSectionIndex.LowReserved ? (ushort)0 : (ushort)source.Sections.Count);
        order.WriteUInt16(file[62..], NameTableIndex() >= ElfSectionIndex.LowReserved ? ElfSectionIndex.Extended : (ushort)NameTableIndex());
    }

    private uint NameTableIndex() =>
        SectionIndexOf(source.OriginalSections[(int)source.Header.SectionNameTableIndex], "e_shstrndx");

    private bool NeedsExtendedIndex(ElfSymbol symbol) => symbol.Section is not null && SectionIndexOf(symbol) >= ElfSectionIndex.LowReserved;

    private uint SectionIndexOf(ElfSymbol symbol)
    {
        if (symbol.Section is null)
            return symbol.SpecialIndex;
        return sectionIndices.TryGetValue(symbol.Section, out uint index)
            ? index
            : throw RefersToRemoved(symbol.Type == ElfSymbolType.Section ? "its section symbol" : $"symbol {symbol.Name}", symbol.Section);
    }

    private uint SectionIndexOf(ElfSection? section, string user)
    {
        if (section is null)
            return 0;
        return sectionIndices.TryGetValue(section, out uint index) ? index : throw RefersToRemoved(user, section);
    }

    private InvalidOperationException RefersToRemoved(string user, ElfSection section) =>
        new($"{source.FileName}: {user} refers to section {section.Name}, which was removed.");

    private uint SymbolIndexOf(ElfSymbol? symbol, string user)
    {
        if (symbol is null)
            return 0;
        return symbolIndices.TryGetValue(symbol, out uint index)
            ? index
            : throw new InvalidOperationException($"{source.FileName}: {user} refers to symbol {symbol.Name}, which was removed.");
    }
}
