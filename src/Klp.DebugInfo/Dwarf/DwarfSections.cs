using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.DebugInfo.Dwarf;

/// <summary>The debug sections that entries of .debug_info refer to, loaded when first asked for.</summary>
internal sealed class DwarfSections(Func<string, DwarfSection?> load, ElfByteOrder order)
{
    private readonly Lazy<DwarfSection?> abbreviations = new(() => load(".debug_abbrev"));
    private readonly Lazy<DwarfSection?> stringOffsets = new(() => load(".debug_str_offsets"));
    private readonly Lazy<DwarfSection?> addresses = new(() => load(".debug_addr"));
    private readonly Lazy<DwarfSection?> lines = new(() => load(".debug_line"));
    private (ulong Offset, DwarfAbbreviations? Table) last = (ulong.MaxValue, null);

    /// <summary>The file's byte order.</summary>
    internal ElfByteOrder Order => order;

    /// <summary>The strings.</summary>
    internal DwarfStrings Strings { get; } = new(load);

    /// <summary>True where names may be given by their index in .debug_str_offsets.</summary>
    internal bool HasStringOffsets => stringOffsets.Value is { Bytes.IsEmpty: false };

    /// <summary>The abbreviations at an offset in .debug_abbrev, or null where there are none.</summary>
    internal DwarfAbbreviations? AbbreviationsAt(ulong offset)
    {
        if (last.Offset != offset)
            last = (offset, Cursor(abbreviations.Value, offset) is { } cursor ? new DwarfAbbreviations(cursor) : null);
        return last.Table;
    }

    /// <summary>The string of an index (DWARF 5, section 7.26).</summary>
    internal DwarfString StringAt(ulong tableOffset, ulong index, bool is64Bit) =>
        Cursor(stringOffsets.Value, tableOffset, index, is64Bit ? 8u : 4u) is { } cursor
            ? Strings.Common(cursor.ReadOffset(is64Bit))
            : default;

    /// <summary>
    /// The address of an index (DWARF 5, section 7.27), and its section in a relocatable object; null where there is none.
    /// </summary>
    internal (ulong? Address, ElfSection? Section) AddressAt(ulong tableOffset, ulong index, int addressBytes)
    {
        if (Cursor(addresses.Value, tableOffset, index, (uint)addressBytes) is not { } cursor)
            return default;
        ulong address = cursor.ReadAddress(addressBytes, out ElfSection? section);
        return (address, section);
    }

    /// <summary>The header of the line table at an offset in .debug_line (DWARF 5, section 6.2.4); null where there is none.</summary>
    internal DwarfLineHeader? LineHeaderAt(ulong offset) =>
        Cursor(lines.Value, offset) is { } cursor ? DwarfLineReader.ReadHeader(cursor, Strings) : null;

    private DwarfCursor? Cursor(DwarfSection? section, ulong tableOffset, ulong index, uint entryBytes) =>
        index < int.MaxValue && tableOffset < int.MaxValue ? Cursor(section, tableOffset + (index * entryBytes)) : null;

    private DwarfCursor? Cursor(DwarfSection? section, ulong offset) =>
        section is not null && offset < (ulong)section.Bytes.Length
            ? new DwarfCursor(section, order, (int)offset, section.Bytes.Length)
            : null;
}
