namespace Klp.DebugInfo.Dwarf;

/// <summary>
/// Reads the header of a line number program (DWARF 5, section 6.2.4; DWARF 4 and older, the section of the same number).
/// </summary>
internal sealed class DwarfLineHeaderReader(DwarfCursor unit, DwarfStrings strings, bool is64Bit)
{
    /// <summary>The header, or null when it is malformed or of an unknown version.</summary>
    internal DwarfLineHeader? Read()
    {
        ushort version = unit.ReadUInt16();
        if (version is < 2 or > 5)
            return null;
        if (version >= 5)
            unit.Skip(2); // address_size, segment_selector_size
        ulong headerLength = unit.ReadOffset(is64Bit);
        DwarfCursor header = unit.Slice(headerLength);
        unit.Skip(headerLength);

        byte minimumInstructionLength = header.ReadByte();
        // No machine with livepatch has instructions of several operations (maximum_operations_per_instruction).
        if (version >= 4)
            header.Skip(1);
        header.Skip(1); // default_is_stmt
        sbyte lineBase = (sbyte)header.ReadByte();
        byte lineRange = header.ReadByte();
        byte opcodeBase = header.ReadByte();
        if (lineRange == 0 || opcodeBase == 0)
            return null;
        byte[] operandCounts = new byte[opcodeBase - 1];
        for (int i = 0; i < operandCounts.Length; i++)
            operandCounts[i] = header.ReadByte();

        List<DwarfString> directories = [];
        List<DwarfFile> files = [];
        if (version >= 5)
            ReadTables(header, directories, files);
        else
            ReadOldTables(header, directories, files);
        if (header.Failed || unit.Failed)
            return null;

        return new DwarfLineHeader
        {
            Program = unit,
            Version = version,
            MinimumInstructionLength = minimumInstructionLength,
            LineBase = lineBase,
            LineRange = lineRange,
            OperandCounts = operandCounts,
            Directories = directories,
            Files = files,
        };
    }

    /// <summary>Reads a file entry of version 4 and older, of the header or of DW_LNE_define_file (DWARF 4, section 6.2.4).</summary>
    internal static DwarfFile ReadOldFile(DwarfCursor cursor, IReadOnlyList<DwarfString> directories)
    {
        DwarfString name = cursor.ReadString();
        ulong directory = cursor.ReadUnsigned();
        cursor.ReadUnsigned(); // time of last modification
        cursor.ReadUnsigned(); // length in bytes
        // Directory 0 is the compilation directory, which is in .debug_info only.
        bool isKnown = directory > 0 && directory <= (ulong)directories.Count;
        return new DwarfFile(name, isKnown ? directories[(int)directory - 1] : null, null);
    }

    // Both tables end with an empty name.
    private static void ReadOldTables(DwarfCursor header, List<DwarfString> directories, List<DwarfFile> files)
    {
        while (!IsEndOfTable(header))
            directories.Add(header.ReadString());
        while (!IsEndOfTable(header))
            files.Add(ReadOldFile(header, directories));
    }

    private static bool IsEndOfTable(DwarfCursor header)
    {
        int start = header.Position;
        if (header.ReadByte() == 0)
            return true;
        header.MoveTo(start);
        return false;
    }

    private void ReadTables(DwarfCursor header, List<DwarfString> directories, List<DwarfFile> files)
    {
        foreach ((DwarfString name, _) in ReadTable(header))
            directories.Add(name);
        foreach ((DwarfString name, ulong directory) in ReadTable(header))
        {
            // Directory 0 is the compilation directory, to which the others are relative.
            bool isKnown = directory < (ulong)directories.Count;
            files.Add(new DwarfFile(name, isKnown ? directories[(int)directory] : null, isKnown && directory > 0 ? directories[0] : null));
        }
    }

    private List<(DwarfString Name, ulong Directory)> ReadTable(DwarfCursor header)
    {
        DwarfEntryFormat format = new(header, strings, is64Bit);
        ulong count = header.ReadUnsigned();
        List<(DwarfString, ulong)> entries = [];
        // An entry without fields takes no bytes, so that their number would not be bounded by the file.
        if (count > 0 && format.IsEmpty)
            header.Fail();
        for (ulong i = 0; i < count && !header.Failed; i++)
            entries.Add(format.ReadEntry(header));
        return entries;
    }
}
