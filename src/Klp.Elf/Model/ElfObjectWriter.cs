using System.Diagnostics;
using Klp.Elf.Constants;
using Klp.Elf.Image;

namespace Klp.Elf.Model;

/// <summary>
/// Turns an object into a file: names and contents first, as they decide the sizes; then the layout, kept or fresh; then the bytes.
/// </summary>
internal sealed class ElfObjectWriter(ElfObject source)
{
    private readonly ElfByteOrder order = source.Header.ByteOrder;
    private readonly List<ElfSection> sections = [.. source.Sections];
    private readonly IReadOnlyList<ElfSymbol> symbols = source.SymbolTable?.InFileOrder() ?? [];
    private ElfFileIndices indices = null!;

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
        indices = new ElfFileIndices(source, sections, symbols);
        RequireNoForeignSymbolIndices();
        AddExtendedIndices();
        foreach (ElfSection section in sections)
            RequireWritable(section);

        // Adding names makes string tables grow, so all of them come before the layout.
        foreach (ElfStringTable table in sections.OfType<ElfStringTable>())
            table.Reset();
        uint[] sectionNames = AddSectionNames();
        Dictionary<ElfSection, byte[]> contents = sections
            .Where(section => section is not ElfStringTable)
            .ToDictionary(section => section, Encode);
        foreach (ElfStringTable table in sections.OfType<ElfStringTable>())
            contents.Add(table, table.ToArray());

        ElfLayout layout = source.IsCreated ? new ElfFreshLayout(sections) : new ElfKeptLayout(source, sections);
        RequireArray(layout.FileSize, "the file");
        byte[] file = new byte[layout.FileSize];
        foreach ((ulong offset, ulong original, ulong length) in layout.KeptPadding)
            source.OriginalBytes.AsSpan((int)original, (int)length).CopyTo(file.AsSpan((int)offset));
        // The offset of a section without bytes may be anywhere.
        foreach (ElfSection section in sections.Where(section => contents[section].Length > 0))
            contents[section].CopyTo(file.AsSpan((int)layout.OffsetOf(section)));
        WriteSectionHeaders(file.AsSpan((int)layout.SectionHeaderOffset), layout, sectionNames);
        ElfHeader header = source.Header with
        {
            SectionHeaderOffset = layout.SectionHeaderOffset,
            SectionCount = (uint)sections.Count,
            SectionNameTableIndex = NameTableIndex(),
        };
        header.Write(file);
        return file;
    }

    // A section such as .llvm_addrsig holds symbol indices in a form of its own, which this library does not renumber.
    private void RequireNoForeignSymbolIndices()
    {
        if (source.SymbolTable is not { } table
            || sections.Find(section => section is ElfDataSection && section.Link == table) is not { } foreign)
        {
            return;
        }

        bool isRenumbered = symbols.Index().Any(symbol => symbol.Item.OriginalIndex is { } original && original != symbol.Index);
        if (table.LostSymbols || isRenumbered)
            throw Refused(
                $"symbols were {(table.LostSymbols ? "removed" : "renumbered")}, but section {foreign.Name} of type "
                + $"0x{(uint)foreign.Type:x} holds symbol indices; remove it as well.");
    }

    // Where an index does not fit st_shndx, and the object has no SHT_SYMTAB_SHNDX section, the file gets one.
    private void AddExtendedIndices()
    {
        if (sections.Count <= ElfSectionIndex.LowReserved
            || sections.Exists(section => section is ElfSymbolIndexSection)
            || !symbols.Any(indices.NeedsExtended))
        {
            return;
        }

        ElfSymbolTable table = source.SymbolTable!;
        sections.Insert(source.IsCreated ? sections.IndexOf(table) + 1 : sections.Count, new ElfSymbolIndexSection(".symtab_shndx", table));
        indices = new ElfFileIndices(source, sections, symbols);
    }

    private void RequireWritable(ElfSection section)
    {
        if (!ElfSection.IsAlignment(section.Alignment))
            throw Refused($"section {section.Name}: sh_addralign 0x{section.Alignment:x} is not a power of two of a sensible size.");
        if (section.HasContents)
            RequireArray(section.Size, $"section {section.Name}");
    }

    private void RequireArray(ulong size, string what)
    {
        if (size > (ulong)Array.MaxLength)
            throw Refused($"{what} would have 0x{size:x} bytes, more than this library can write.");
    }

    private InvalidOperationException Refused(string problem) => new($"{source.FileName}: {problem}");

    private uint[] AddSectionNames()
    {
        ElfStringTable table = source.SectionNames;
        return [.. sections.Select(section => section.NameOffset ?? table.Add(section.Name))];
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
        ElfStringTable names = table.Link as ElfStringTable ?? throw Refused($"sh_link of {table.Name} is not a string table.");
        byte[] bytes = new byte[table.Size];
        for (int i = 0; i < symbols.Count; i++)
        {
            ElfSymbol symbol = symbols[i];
            if ((uint)symbol.Binding > 0xf || (uint)symbol.Type > 0xf)
                throw Refused($"symbol {symbol.Name}: binding {(uint)symbol.Binding} and type {(uint)symbol.Type} do not fit st_info.");
            uint section = indices.SectionOf(symbol);
            ElfSymbolEntry entry = new(
                symbol.NameOffset ?? names.Add(symbol.Name),
                (byte)(((int)symbol.Binding << 4) | (int)symbol.Type),
                symbol.Other,
                symbol.Section is not null && section >= ElfSectionIndex.LowReserved ? ElfSectionIndex.Extended : (ushort)section,
                symbol.Value,
                symbol.Size);
            entry.Write(bytes.AsSpan(i * ElfSymbolEntry.EntryBytes), order);
        }

        return bytes;
    }

    // An index of 0 for every symbol whose index fits st_shndx (gABI, "Symbol Table").
    private byte[] EncodeExtendedIndices()
    {
        byte[] bytes = new byte[symbols.Count * ElfSymbolIndexSection.IndexBytes];
        for (int i = 0; i < symbols.Count; i++)
        {
            if (indices.NeedsExtended(symbols[i]))
                order.WriteUInt32(bytes.AsSpan(i * ElfSymbolIndexSection.IndexBytes), indices.SectionOf(symbols[i]));
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
            order.WriteUInt64(entry[8..], ((ulong)indices.Of(relocation.Symbol, section.Name) << 32) | relocation.Type);
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
            order.WriteUInt32(bytes.AsSpan(4 + (4 * i)), indices.Of(group.Members[i], group.Name));
        return bytes;
    }

    private void WriteSectionHeaders(Span<byte> table, ElfLayout layout, uint[] names)
    {
        for (int i = 0; i < sections.Count; i++)
        {
            ElfSection section = sections[i];
            ElfSectionHeader header = new(
                names[i],
                section.Type,
                section.Flags,
                section.Address,
                layout.OffsetOf(section),
                section.Size,
                indices.Of(section.Link, section.Name),
                InfoOf(section),
                section.Alignment,
                section.EntrySize);
            header.Write(table[(i * ElfSectionHeader.EntryBytes)..], order);
        }

        if (sections.Count >= ElfSectionIndex.LowReserved)
            order.WriteUInt64(table[32..], (ulong)sections.Count);
        if (NameTableIndex() >= ElfSectionIndex.LowReserved)
            order.WriteUInt32(table[40..], NameTableIndex());
    }

    private uint InfoOf(ElfSection section) => section switch
    {
        ElfSymbolTable => (uint)FirstNonLocal(symbols),
        ElfGroupSection group => indices.Of(group.Signature, group.Name),
        { InfoSection: { } target } => indices.Of(target, section.Name),
        _ => section.InfoValue,
    };

    private uint NameTableIndex() => indices.Of(source.SectionNames, "e_shstrndx");
}
