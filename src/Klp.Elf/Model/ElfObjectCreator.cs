using Klp.Elf.Constants;
using Klp.Elf.Image;

namespace Klp.Elf.Model;

/// <summary>Makes objects that are not read from a file.</summary>
internal static class ElfObjectCreator
{
    /// <summary>How many tables a created object ends with: .symtab, .strtab and .shstrtab.</summary>
    internal const int TableCount = 3;

    private const uint Version = 1; // EV_CURRENT

    /// <summary>An object without contents.</summary>
    internal static ElfObject Create(string fileName, ElfHeader header)
    {
        ElfStringTable names = new(".strtab", []);
        ElfStringTable sectionNames = new(".shstrtab", []);
        ElfSymbol nullSymbol = new("");
        ElfSymbolTable symbols = new(".symtab", [nullSymbol])
        {
            Link = names,
            Alignment = 8,
            EntrySize = ElfSymbolEntry.EntryBytes,
        };
        nullSymbol.Owner = symbols;
        ElfDataSection nullSection = new("", ElfSectionType.Null, 0) { Alignment = 0 };
        return new ElfObject(fileName, header, [nullSection, symbols, names, sectionNames], sectionNames, originalBytes: null);
    }

    internal static ElfHeader HeaderFor(ElfMachine machine, ElfByteOrder byteOrder, uint flags)
    {
        ArgumentNullException.ThrowIfNull(byteOrder);
        byte[] ident = new byte[ElfHeader.IdentSize];
        "\u007fELF\u0002"u8.CopyTo(ident); // EI_CLASS is ELFCLASS64
        ident[5] = byteOrder.IsLittleEndian ? (byte)1 : (byte)2; // EI_DATA
        ident[6] = (byte)Version; // EI_VERSION
        return Header(ident, machine, byteOrder, flags);
    }

    internal static ElfHeader HeaderLike(ElfHeader pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return Header(pattern.Ident, pattern.Machine, pattern.ByteOrder, pattern.Flags);
    }

    private static ElfHeader Header(ReadOnlyMemory<byte> ident, ElfMachine machine, ElfByteOrder byteOrder, uint flags) => new()
    {
        Ident = ident,
        ByteOrder = byteOrder,
        Type = ElfObjectType.Relocatable,
        Machine = machine,
        Version = Version,
        Entry = 0,
        ProgramHeaderOffset = 0,
        SectionHeaderOffset = 0,
        Flags = flags,
        HeaderSize = ElfHeader.Size,
        ProgramHeaderEntrySize = 0,
        ProgramHeaderCount = 0,
        SectionHeaderEntrySize = ElfSectionHeader.EntryBytes,
        SectionCount = 0,
        SectionNameTableIndex = 0,
    };
}
