namespace Klp.DebugInfo.Dwarf;

/// <summary>The DW_TAG_* codes that are looked at (DWARF 5, section 7.5.3).</summary>
internal enum DwarfTag : ulong
{
    Array = 0x01,
    Enumeration = 0x04,
    Parameter = 0x05,
    Member = 0x0d,
    Pointer = 0x0f,
    Structure = 0x13,
    FunctionType = 0x15,
    Alias = 0x16,
    Union = 0x17,
    UnspecifiedParameters = 0x18,
    InlinedCopy = 0x1d,
    Subrange = 0x21,
    BaseType = 0x24,
    Const = 0x26,
    Enumerator = 0x28,
    Function = 0x2e,
    Variable = 0x34,
    Volatile = 0x35,
    Restrict = 0x37,
    UnspecifiedType = 0x3b,
    Atomic = 0x47,
}
