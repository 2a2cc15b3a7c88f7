namespace Klp.Elf.Constants;

/// <summary>The <c>sh_type</c> field of a section header (gABI, "Section Header"). Other values are kept as they are.</summary>
public enum ElfSectionType : uint
{
    /// <summary><c>SHT_NULL</c> (0): an inactive header, such as the one at index 0.</summary>
    Null = 0,

    /// <summary><c>SHT_PROGBITS</c> (1): contents whose meaning the program defines.</summary>
    ProgBits = 1,

    /// <summary>
    /// <c>SHT_SYMTAB</c> (2): the symbol table; sh_link is its string table, sh_info the index of the first non-local symbol.
    /// </summary>
    SymbolTable = 2,

    /// <summary><c>SHT_STRTAB</c> (3): NUL-terminated strings.</summary>
    StringTable = 3,

    /// <summary><c>SHT_RELA</c> (4): relocations with addends; sh_link is the symbol table, sh_info the section they apply to.</summary>
    Rela = 4,

    /// <summary><c>SHT_NOTE</c> (7).</summary>
    Note = 7,

    /// <summary><c>SHT_NOBITS</c> (8): takes memory but no space in the file.</summary>
    NoBits = 8,

    /// <summary><c>SHT_REL</c> (9): relocations whose addends are in the section they apply to.</summary>
    Rel = 9,

    /// <summary><c>SHT_INIT_ARRAY</c> (14).</summary>
    InitArray = 14,

    /// <summary><c>SHT_GROUP</c> (17): sections kept or dropped together; sh_info is the index of the signature symbol.</summary>
    Group = 17,

    /// <summary>
    /// <c>SHT_SYMTAB_SHNDX</c> (18): section indices of symbols whose st_shndx is <see cref="ElfSectionIndex.Extended"/>.
    /// </summary>
    SymbolTableIndices = 18,

    /// <summary><c>SHT_RELR</c> (19): relative relocations, bit-packed.</summary>
    Relr = 19,
}
