namespace Klp.DebugInfo.Dwarf;

/// <summary>How the entries of a directory or file table of version 5 are encoded (DWARF 5, section 6.2.4.1).</summary>
internal sealed class DwarfEntryFormat
{
    // DW_LNCT_path and DW_LNCT_directory_index (DWARF 5, section 7.22).
    private const ulong PathContent = 1;
    private const ulong DirectoryIndexContent = 2;

    private readonly List<(ulong Content, ulong Form)> fields = [];
    private readonly DwarfStrings strings;
    private readonly bool is64Bit;

    /// <summary>Reads directory_entry_format or file_name_entry_format, with its count.</summary>
    internal DwarfEntryFormat(DwarfCursor header, DwarfStrings strings, bool is64Bit)
    {
        this.strings = strings;
        this.is64Bit = is64Bit;
        int count = header.ReadByte();
        for (int i = 0; i < count; i++)
            fields.Add((header.ReadUnsigned(), header.ReadUnsigned()));
    }

    internal bool IsEmpty => fields.Count == 0;

    /// <summary>Reads an entry; what it does not say is an unreadable name, or directory 0.</summary>
    internal (DwarfString Name, ulong Directory) ReadEntry(DwarfCursor cursor)
    {
        DwarfString name = default;
        ulong directory = 0;
        foreach ((ulong content, ulong form) in fields)
        {
            (DwarfString text, ulong number) = ReadForm(cursor, form);
            if (content == PathContent)
                name = text;
            else if (content == DirectoryIndexContent)
                directory = number;
        }

        return (name, directory);
    }

    // The forms that section 6.2.4.1 allows, by their codes of section 7.5.6. Others have a size we do not know.
    private (DwarfString Text, ulong Number) ReadForm(DwarfCursor cursor, ulong form)
    {
        switch (form)
        {
            case 0x08: // DW_FORM_string
                return (cursor.ReadString(), 0);
            case 0x1f: // DW_FORM_line_strp
                return (strings.Line(cursor.ReadOffset(is64Bit)), 0);
            case 0x0e: // DW_FORM_strp
                return (strings.Common(cursor.ReadOffset(is64Bit)), 0);
            case 0x0f: // DW_FORM_udata
                return (default, cursor.ReadUnsigned());
            case 0x0b: // DW_FORM_data1
                return (default, cursor.ReadByte());
            case 0x05: // DW_FORM_data2
                return (default, cursor.ReadUInt16());
            case 0x06: // DW_FORM_data4
                return (default, cursor.ReadUInt32());
            case 0x07: // DW_FORM_data8
                return (default, cursor.ReadUInt64());
            case 0x1e: // DW_FORM_data16, an MD5 sum
                cursor.Skip(16);
                return default;
            case 0x09: // DW_FORM_block
                cursor.Skip(cursor.ReadUnsigned());
                return default;
            default:
                cursor.Fail();
                return default;
        }
    }
}
