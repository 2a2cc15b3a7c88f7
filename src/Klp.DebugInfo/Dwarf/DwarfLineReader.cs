using Klp.Elf.Model;

namespace Klp.DebugInfo.Dwarf;

/// <summary>Goes through the units of .debug_line, one for each compiled file, and gathers their rows by section.</summary>
internal sealed class DwarfLineReader(ElfObject source)
{
    private const uint Escape64Bit = 0xffffffff;

    /// <summary>The rows in the order of the file.</summary>
    internal Dictionary<ElfSection, List<DwarfLineRow>> Rows { get; } = [];

    internal void ReadUnits()
    {
        if (DwarfSection.Load(source, ".debug_line") is not { } lines)
            return;
        DwarfStrings strings = new(name => DwarfSection.Load(source, name));
        DwarfCursor cursor = new(lines, source.Header.ByteOrder, 0, lines.Bytes.Length);
        while (!cursor.AtEnd)
        {
            if (ReadHeader(cursor, strings) is { } header)
                new DwarfLineProgram(header, RowsOf).Run();
        }
    }

    /// <summary>Reads the header of the unit at the cursor, which moves behind the unit; null where it is malformed.</summary>
    internal static DwarfLineHeader? ReadHeader(DwarfCursor cursor, DwarfStrings strings)
    {
        // The length tells the format (DWARF 5, section 7.4).
        ulong length = cursor.ReadUInt32();
        bool is64Bit = length == Escape64Bit;
        if (is64Bit)
            length = cursor.ReadUInt64();

        DwarfCursor unit = cursor.Slice(length);
        cursor.Skip(length);
        return new DwarfLineHeaderReader(unit, strings, is64Bit).Read();
    }

    private List<DwarfLineRow> RowsOf(ElfSection section)
    {
        if (!Rows.TryGetValue(section, out List<DwarfLineRow>? rows))
            Rows.Add(section, rows = []);
        return rows;
    }
}
