using Klp.Elf.Constants;
using Klp.Elf.Image;

namespace Klp.Elf.Model;

/// <summary>
/// Builds the editable object from a file: first the sections, then their links, then symbols, relocations and groups.
/// Each index and string offset is checked where it is resolved.
/// </summary>
internal sealed class ElfObjectReader(byte[] bytes, string fileName)
{
    private readonly List<ElfSection> sections = [];
    private IReadOnlyList<ElfSectionHeader> headers = [];
    private ElfHeader header = null!;
    private ElfImage image = null!;
    private readonly List<ElfSymbol> symbols = [];
    // Names may overlap in their table, so that the file's size alone does not bound their sum.
    private long nameBudget = 4L * bytes.Length;

    internal ElfObject Read()
    {
        image = ElfImage.Read(new MemoryStream(bytes, writable: false), fileName);
        header = image.Header;
        headers = image.Sections;
        if (header.Type != ElfObjectType.Relocatable)
            throw Problem($"not a relocatable object: e_type is {(int)header.Type}, expected ET_REL (1)");
        if (header.ProgramHeaderCount != 0)
            throw Problem($"a relocatable object with {header.ProgramHeaderCount} program headers");
        if (headers.Count == 0 || header.SectionNameTableIndex == 0)
            throw Problem("no section header table or no section name table");
        RequirePlainNumbering();
        RequireDisjointContents();

        for (int i = 0; i < headers.Count; i++)
            sections.Add(CreateSection(i));
        for (int i = 0; i < headers.Count; i++)
            ResolveLinks(i);
        ReadSymbols();
        for (int i = 0; i < headers.Count; i++)
            ReadReferences(i);

        return new ElfObject(fileName, header, sections, (ElfStringTable)sections[(int)header.SectionNameTableIndex], bytes);
    }

    private ElfSection CreateSection(int index)
    {
        ElfSectionHeader section = headers[index];
        if (!ElfSection.IsAlignment(section.Alignment))
            throw Problem($"section {index}: sh_addralign 0x{section.Alignment:x} is not a power of two of a sensible size");
        string name = Charged(image.SectionName(index));
        ElfSection created = section.Type switch
        {
            // The size of section 0 is a count where it is not 0.
            ElfSectionType.Null when index == 0 => new ElfDataSection(name, section.Type, 0),
            ElfSectionType.Null or ElfSectionType.NoBits => new ElfDataSection(name, section.Type, section.Size),
            ElfSectionType.StringTable => new ElfStringTable(name, image.ReadSection(index)),
            ElfSectionType.SymbolTable => new ElfSymbolTable(name, symbols),
            ElfSectionType.Rela or ElfSectionType.Rel => new ElfRelocationSection(name, section.Type),
            ElfSectionType.Group => new ElfGroupSection(name),
            ElfSectionType.SymbolTableIndices => new ElfSymbolIndexSection(name, symbols),
            _ => new ElfDataSection(name, section.Type, image.ReadSection(index)),
        };
        created.Flags = section.Flags;
        created.Address = section.Address;
        created.Alignment = section.Alignment;
        created.EntrySize = section.EntrySize;
        created.NameOffset = section.NameOffset;
        created.OriginalOffset = section.Offset;
        created.OriginalSize = section.Size;
        return created;
    }

    private void ResolveLinks(int index)
    {
        ElfSectionHeader section = headers[index];
        ElfSection target = sections[index];
        // Section 0 holds counts where they do not fit the header, not links.
        if (index == 0)
        {
            target.InfoValue = section.Info;
            return;
        }

        target.Link = SectionAt(section.Link, index, "sh_link");
        bool infoIsSection = section.Type is ElfSectionType.Rela or ElfSectionType.Rel || section.Flags.HasFlag(ElfSectionFlags.InfoLink);
        if (infoIsSection)
            target.InfoSection = SectionAt(section.Info, index, "sh_info");
        else
            target.InfoValue = section.Info;
    }

    private void ReadSymbols()
    {
        int index = image.FindSection(ElfSectionType.SymbolTable);
        if (index < 0)
        {
            ReadExtendedIndices(index, 0);
            return;
        }

        if (headers.Skip(index + 1).Any(section => section.Type == ElfSectionType.SymbolTable))
            throw Problem("more than one symbol table");

        ElfSymbolTableView view = image.ReadSymbolTable()!;
        if (view.Count == 0)
            throw Problem($"section {index}: the symbol table is empty, without even the null symbol");
        ReadOnlyMemory<byte> extended = ReadExtendedIndices(index, view.Count);

        symbols.Capacity = view.Count;
        ElfSymbolTable table = (ElfSymbolTable)sections[index];
        for (int i = 0; i < view.Count; i++)
        {
            ElfSymbolEntry entry = view[i];
            ElfSymbol symbol = new(Charged(view.Name(entry)))
            {
                Owner = table,
                OriginalIndex = i,
                NameOffset = entry.NameOffset,
                Value = entry.Value,
                Size = entry.Size,
                Binding = entry.Binding,
                Type = entry.Type,
                Other = entry.Other,
            };
            Place(symbol, entry, i, extended.Span);
            symbols.Add(symbol);
        }

        RequireFirstGlobal(index);
    }

    private void Place(ElfSymbol symbol, in ElfSymbolEntry entry, int index, ReadOnlySpan<byte> extended)
    {
        uint further = extended.IsEmpty ? 0 : header.ByteOrder.ReadUInt32(extended[(index * ElfSymbolIndexSection.IndexBytes)..]);
        bool isExtended = entry.SectionIndex == ElfSectionIndex.Extended;
        if (isExtended ? further < ElfSectionIndex.LowReserved : further != 0)
            throw Problem(
                $"symbol {index} ({symbol.Name}): st_shndx 0x{entry.SectionIndex:x} does not go with the index {further} in a "
                + "SHT_SYMTAB_SHNDX section");

        if (!isExtended && (entry.SectionIndex is ElfSectionIndex.Undefined or >= ElfSectionIndex.LowReserved))
        {
            symbol.SetSpecialIndex(entry.SectionIndex);
            return;
        }

        uint section = isExtended ? further : entry.SectionIndex;
        if (section >= (uint)sections.Count)
            throw Problem($"symbol {index} ({symbol.Name}): st_shndx {section} is outside the {sections.Count} sections");
        symbol.Section = sections[(int)section];
    }

    private ReadOnlyMemory<byte> ReadExtendedIndices(int symbolTable, int count)
    {
        ReadOnlyMemory<byte> indices = default;
        for (int i = 0; i < headers.Count; i++)
        {
            if (headers[i].Type != ElfSectionType.SymbolTableIndices)
                continue;
            if (headers[i].Link != (uint)symbolTable || !indices.IsEmpty)
                throw Problem(
                    $"section {i}: section indices of symbols, but sh_link {headers[i].Link} is not the symbol table, or it has "
                    + "some already");
            if (headers[i].Size != (ulong)count * ElfSymbolIndexSection.IndexBytes)
                throw Problem($"section {i}: 0x{headers[i].Size:x} bytes of section indices for {count} symbols");
            indices = bytes.AsMemory((int)headers[i].Offset, (int)headers[i].Size);
        }

        return indices;
    }

    // The gABI orders local symbols first and keeps the border in sh_info. A table that breaks this could not be written back.
    private void RequireFirstGlobal(int index)
    {
        int firstGlobal = ElfObjectWriter.FirstNonLocal(symbols);
        if (headers[index].Info != (uint)firstGlobal)
            throw Problem(
                $"section {index}: sh_info {headers[index].Info} of the symbol table is not the index of its first non-local "
                + $"symbol, {firstGlobal}");
        int lateLocal = symbols.FindIndex(firstGlobal, symbol => symbol.Binding == ElfSymbolBinding.Local);
        if (lateLocal >= 0)
            throw Problem(
                $"section {index}: symbol {lateLocal} ({symbols[lateLocal].Name}) is local, but comes after symbol {firstGlobal}, "
                + "which is not");
    }

    private void ReadReferences(int index)
    {
        switch (sections[index])
        {
            case ElfRelocationSection relocations:
                ReadRelocations(relocations, index);
                break;
            case ElfGroupSection group:
                ReadGroup(group, index);
                break;
        }
    }

    private void ReadRelocations(ElfRelocationSection section, int index)
    {
        ElfSectionHeader shdr = headers[index];
        int entryBytes = section.EntryBytes;
        if (shdr.EntrySize != (ulong)entryBytes || shdr.Size % (ulong)entryBytes != 0)
            throw Problem(
                $"section {index} ({section.Name}): 0x{shdr.Size:x} bytes of relocations with entries of {shdr.EntrySize}; "
                + $"expected entries of {entryBytes}");
        if (section.Link is not null and not ElfSymbolTable)
            throw Problem($"section {index} ({section.Name}): sh_link {shdr.Link} is not the symbol table");

        ReadOnlySpan<byte> contents = bytes.AsSpan((int)shdr.Offset, (int)shdr.Size);
        for (int i = 0; i < contents.Length; i += entryBytes)
        {
            ulong info = header.ByteOrder.ReadUInt64(contents[(i + 8)..]);
            section.Relocations.Add(new ElfRelocation
            {
                Offset = header.ByteOrder.ReadUInt64(contents[i..]),
                Type = (uint)info,
                Symbol = SymbolAt((uint)(info >> 32), $"section {index} ({section.Name}): relocation {i / entryBytes}"),
                Addend = section.HasAddends ? (long)header.ByteOrder.ReadUInt64(contents[(i + 16)..]) : 0,
            });
        }
    }

    private void ReadGroup(ElfGroupSection group, int index)
    {
        ElfSectionHeader shdr = headers[index];
        if (shdr.Size < 4 || shdr.Size % 4 != 0)
            throw Problem($"section {index} ({group.Name}): a group of 0x{shdr.Size:x} bytes; expected a multiple of 4, at least 4");

        ReadOnlySpan<byte> contents = bytes.AsSpan((int)shdr.Offset, (int)shdr.Size);
        group.GroupFlags = header.ByteOrder.ReadUInt32(contents);
        for (int i = 4; i < contents.Length; i += 4)
        {
            ElfSection? member = SectionAt(header.ByteOrder.ReadUInt32(contents[i..]), index, "a member");
            group.Members.Add(member ?? throw Problem($"section {index} ({group.Name}): a member is section 0"));
        }

        group.Signature = SymbolAt(shdr.Info, $"section {index} ({group.Name}): its signature");
    }

    private ElfSymbol? SymbolAt(uint symbol, string what)
    {
        if (symbol == 0)
            return null;
        if (symbol >= (uint)symbols.Count)
            throw Problem($"{what} refers to symbol {symbol}, outside the {symbols.Count} symbols");
        return symbols[(int)symbol];
    }

    private ElfSection? SectionAt(uint section, int index, string what)
    {
        if (section == 0)
            return null;
        if (section >= (uint)sections.Count)
            throw Problem($"section {index} ({sections[index].Name}): {what} {section} is outside the {sections.Count} sections");
        return sections[(int)section];
    }

    // Extended numbering is for what the header cannot hold (gABI, "ELF Header"). A file that uses it for less, or has
    // left-overs in section 0, could not be written back.
    private void RequirePlainNumbering()
    {
        uint count = header.SectionCount;
        uint names = header.SectionNameTableIndex;
        bool countFits = count < ElfSectionIndex.LowReserved;
        bool namesFit = names < ElfSectionIndex.LowReserved;
        if (header.ByteOrder.ReadUInt16(bytes.AsSpan(60)) != (countFits ? count : 0) || headers[0].Size != (countFits ? 0 : count))
            throw Problem($"{count} sections, but not as e_shnum and sh_size of section 0 (0x{headers[0].Size:x}) should tell it");
        if (header.ByteOrder.ReadUInt16(bytes.AsSpan(62)) != (namesFit ? names : ElfSectionIndex.Extended)
            || headers[0].Link != (namesFit ? 0 : names))
        {
            throw Problem(
                $"section names in section {names}, but not as e_shstrndx and sh_link of section 0 ({headers[0].Link}) should tell it");
        }
    }

    private string Charged(string name)
    {
        nameBudget -= name.Length;
        return nameBudget >= 0
            ? name
            : throw Problem("the names of sections and symbols overlap, and together are many times as long as the file");
    }

    private void RequireDisjointContents()
    {
        List<(ulong Start, ulong End, string What)> ranges =
        [
            (0, ElfHeader.Size, "the ELF header"),
            (
                header.SectionHeaderOffset,
                header.SectionHeaderOffset + ((ulong)headers.Count * ElfSectionHeader.EntryBytes),
                "the section header table"),
        ];
        for (int i = 0; i < headers.Count; i++)
        {
            if (headers[i].HasContents && headers[i].Size > 0)
                ranges.Add((headers[i].Offset, headers[i].Offset + headers[i].Size, $"section {i} ({image.SectionName(i)})"));
        }

        ranges.Sort((left, right) => left.Start.CompareTo(right.Start));
        for (int i = 1; i < ranges.Count; i++)
        {
            if (ranges[i].Start < ranges[i - 1].End)
                throw Problem($"{ranges[i - 1].What} and {ranges[i].What} overlap at offset 0x{ranges[i].Start:x}");
        }
    }

    private ElfFormatException Problem(string problem) => new(fileName, problem);
}
