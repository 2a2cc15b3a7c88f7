using Klp.Elf.Model;

namespace Klp.DebugInfo.Dwarf;

/// <summary>A debugging information entry with the attributes that are looked at (DWARF 5, section 2.1).</summary>
internal struct DwarfEntry
{
    /// <summary>Where it starts, in bytes from the start of its unit.</summary>
    internal int Offset;

    /// <summary>The index in the unit of the entry that it is a child of; -1 for the first one.</summary>
    internal int Parent;

    /// <summary>DW_TAG_*.</summary>
    internal DwarfTag Tag;

    /// <summary>DW_AT_name.</summary>
    internal DwarfString Name;

    /// <summary>DW_AT_low_pc: where the code starts; in a relocatable object in bytes from the start of <see cref="Section"/>.</summary>
    internal ulong? Address;

    /// <summary>The section of <see cref="Address"/> in a relocatable object.</summary>
    internal ElfSection? Section;

    /// <summary>
    /// DW_AT_abstract_origin or DW_AT_specification: the entry that it completes, in bytes from the start of the unit; -1 for
    /// none.
    /// </summary>
    internal int Origin;

    /// <summary>DW_AT_type, in bytes from the start of the unit; -1 for none, which is void.</summary>
    internal int Type;

    /// <summary>DW_AT_byte_size.</summary>
    internal ulong Size;

    /// <summary>DW_AT_count, or DW_AT_upper_bound and one more; null where neither is a number.</summary>
    internal ulong? Count;

    /// <summary>DW_AT_data_member_location, or DW_AT_data_bit_offset divided by 8, in bytes.</summary>
    internal ulong Location;

    /// <summary>DW_AT_data_bit_offset, or DW_AT_bit_offset as DWARF 3 has it; 0 for none.</summary>
    internal ulong BitOffset;

    /// <summary>DW_AT_bit_size; 0 for what is no bit field.</summary>
    internal ulong BitSize;

    /// <summary>DW_AT_const_value: that of an enumerator.</summary>
    internal ulong Value;

    /// <summary>DW_AT_encoding.</summary>
    internal DwarfEncoding Encoding;

    /// <summary>DW_AT_decl_file: the file's number in the unit's line table; null where it is not told.</summary>
    internal ulong? DeclarationFile;

    /// <summary>DW_AT_decl_line, 1-based; 0 where it is not told.</summary>
    internal int DeclarationLine;

    /// <summary>True where it only declares what is defined elsewhere.</summary>
    internal bool IsDeclaration;

    /// <summary>DW_AT_prototyped: true for a function that was declared with the types of its parameters.</summary>
    internal bool IsPrototyped;

    /// <summary>True where it has code, in one piece or several.</summary>
    internal bool HasCode;
}
