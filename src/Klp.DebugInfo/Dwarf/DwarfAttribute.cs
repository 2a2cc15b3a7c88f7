namespace Klp.DebugInfo.Dwarf;

/// <summary>The DW_AT_* codes that are looked at (DWARF 5, section 7.5.4).</summary>
internal enum DwarfAttribute : ulong
{
    Name = 0x03,
    ByteSize = 0x0b,
    BitOffset = 0x0c,
    BitSize = 0x0d,
    StatementList = 0x10,
    LowPc = 0x11,
    CompilationDirectory = 0x1b,
    ConstantValue = 0x1c,
    Prototyped = 0x27,
    UpperBound = 0x2f,
    AbstractOrigin = 0x31,
    Count = 0x37,
    MemberLocation = 0x38,
    DeclarationFile = 0x3a,
    DeclarationLine = 0x3b,
    Declaration = 0x3c,
    Encoding = 0x3e,
    Specification = 0x47,
    Type = 0x49,
    Ranges = 0x55,
    DataBitOffset = 0x6b,
    StringOffsetsBase = 0x72,
    AddressBase = 0x73,
}
