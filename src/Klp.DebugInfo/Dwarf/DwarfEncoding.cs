namespace Klp.DebugInfo.Dwarf;

/// <summary>The DW_ATE_* codes that are looked at (DWARF 5, section 7.8).</summary>
internal enum DwarfEncoding : ulong
{
    Boolean = 0x02,
    ComplexFloat = 0x03,
    Float = 0x04,
    Signed = 0x05,
    SignedChar = 0x06,
    Unsigned = 0x07,
    UnsignedChar = 0x08,
}
