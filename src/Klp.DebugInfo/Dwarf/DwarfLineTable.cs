using Klp.Elf.Model;

namespace Klp.DebugInfo.Dwarf;

/// <summary>
/// Which source line the bytes of a relocatable object come from: its .debug_line section (DWARF 5, section 6.2;
/// versions 2 to 5). It serves messages only, so malformed contents are never an error: what can be read counts,
/// the rest of that unit does not.
/// </summary>
public sealed class DwarfLineTable
{
    private readonly Dictionary<ElfSection, DwarfLineRow[]> rowsOfSection;

    private DwarfLineTable(Dictionary<ElfSection, DwarfLineRow[]> rowsOfSection) => this.rowsOfSection = rowsOfSection;

    /// <summary>True when no line is known, such as for an object without debug information.</summary>
    public bool IsEmpty => rowsOfSection.Count == 0;

    /// <summary>The paths of the source files that lines are known of.</summary>
    public IEnumerable<string> Files =>
        rowsOfSection.Values.SelectMany(rows => rows).Select(row => row.File?.Path ?? "").Where(path => path.Length > 0).Distinct();

    /// <summary>Reads the line tables of all units in an object (DWARF 5, section 6.2.4), of either DWARF format (section 7.4).</summary>
    /// <param name="source">The object. Its relocations are applied to what is read and not changed.</param>
    /// <returns>The lines; empty where the object has none, or only ones that zstd compressed.</returns>
    public static DwarfLineTable Read(ElfObject source)
    {
        ArgumentNullException.ThrowIfNull(source);
        DwarfLineReader reader = new(source);
        reader.ReadUnits();

        // The sort is stable: of rows with one address the last of the file stays last. The end of a sequence
        // comes before what starts there.
        return new DwarfLineTable(reader.Rows.ToDictionary(
            pair => pair.Key,
            pair => pair.Value.OrderBy(row => row.Offset).ThenByDescending(row => row.IsEnd).ToArray()));
    }

    /// <summary>
    /// The line that the byte at an offset comes from: the last row at or before it, unless a sequence ended in
    /// between (DWARF 5, section 6.2.2).
    /// </summary>
    /// <param name="place">A place in a section of the object that the table was read from.</param>
    /// <returns>The line, or null when none is known or the compiler says that the byte comes from none (line 0).</returns>
    public SourceLine? Find(ElfPlace place)
    {
        DwarfLineRow[] rows = rowsOfSection.GetValueOrDefault(place.Section, []);
        int last = LastUpTo(rows, place.Offset);
        return last >= 0 ? LineOf(rows[last]) : null;
    }

    /// <summary>
    /// The line of one source file that the bytes up to an offset come from: the last row of that file, which a row of an
    /// inlined function of another file may follow at the same address.
    /// </summary>
    /// <param name="place">A place in a section of the object that the table was read from.</param>
    /// <param name="start">Offset at which the search ends, that of the function.</param>
    /// <param name="file">The path of the source file, as the table has it.</param>
    /// <returns>The line, or null when none of that file is known between the two offsets.</returns>
    public SourceLine? FindLastOf(ElfPlace place, ulong start, string file)
    {
        DwarfLineRow[] rows = rowsOfSection.GetValueOrDefault(place.Section, []);
        for (int i = LastUpTo(rows, place.Offset); i >= 0 && rows[i].Offset >= start; i--)
        {
            if (LineOf(rows[i]) is { } line && line.File == file)
                return line;
        }

        return null;
    }

    /// <summary>The first line that a row of a range begins, such as that of a function whose first instructions are of no line.</summary>
    /// <param name="section">A section of the object that the table was read from.</param>
    /// <param name="start">Offset of the range's start in bytes.</param>
    /// <param name="end">Offset of its end, exclusive.</param>
    /// <returns>The line, or null when no row of the range has one.</returns>
    public SourceLine? FindFirst(ElfSection section, ulong start, ulong end)
    {
        ArgumentNullException.ThrowIfNull(section);
        DwarfLineRow[] rows = rowsOfSection.GetValueOrDefault(section, []);
        for (int i = start == 0 ? 0 : LastUpTo(rows, start - 1) + 1; i < rows.Length && rows[i].Offset < end; i++)
        {
            if (LineOf(rows[i]) is { } line)
                return line;
        }

        return null;
    }

    /// <summary>The lines that the rows of a range begin, in the order of the code; lines may come several times.</summary>
    /// <param name="section">A section of the object that the table was read from.</param>
    /// <param name="start">Offset of the range's start in bytes.</param>
    /// <param name="end">Offset of its end, exclusive.</param>
    public IEnumerable<SourceLine> FindAll(ElfSection section, ulong start, ulong end)
    {
        ArgumentNullException.ThrowIfNull(section);
        return rowsOfSection.GetValueOrDefault(section, [])
            .Where(row => row.Offset >= start && row.Offset < end).Select(LineOf).OfType<SourceLine>();
    }

    // The index of the last row at or before an offset, or -1.
    private static int LastUpTo(DwarfLineRow[] rows, ulong offset)
    {
        int low = 0;
        int high = rows.Length;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (rows[middle].Offset <= offset)
                low = middle + 1;
            else
                high = middle;
        }

        return low - 1;
    }

    private static SourceLine? LineOf(DwarfLineRow row) =>
        row is { File.Path: { Length: > 0 } path, Line: > 0, IsEnd: false } ? new SourceLine(path, row.Line, row.Column) : null;
}
