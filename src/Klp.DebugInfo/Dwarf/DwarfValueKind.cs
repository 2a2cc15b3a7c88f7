namespace Klp.DebugInfo.Dwarf;

/// <summary>What the number of a <see cref="DwarfValue"/> is.</summary>
internal enum DwarfValueKind
{
    /// <summary>Something that is not looked at.</summary>
    Other,

    /// <summary>A constant.</summary>
    Constant,

    /// <summary>A string.</summary>
    Text,

    /// <summary>An address.</summary>
    Address,

    /// <summary>An entry of the same unit.</summary>
    Reference,

    /// <summary>An index in .debug_str_offsets.</summary>
    TextIndex,

    /// <summary>An index in .debug_addr.</summary>
    AddressIndex,
}
