using Klp.Elf.Constants;

namespace Klp.DebugInfo.Dwarf;

/// <summary>The header of a unit of .debug_info (DWARF 5, section 7.5.1; DWARF 2 to 4, the section of the same number).</summary>
internal readonly record struct DwarfUnitHeader
{
    private const uint Escape64Bit = 0xffffffff;
    private const int TypeUnit = 2, SkeletonUnit = 4, SplitUnit = 5, SplitTypeUnit = 6;

    /// <summary>Whether offsets in the unit have 8 bytes (DWARF 5, section 7.4).</summary>
    internal bool Is64Bit { get; private init; }

    /// <summary>2 to 5.</summary>
    internal ushort Version { get; private init; }

    /// <summary>Size of an address in bytes.</summary>
    internal int AddressBytes { get; private init; }

    /// <summary>Where its abbreviations start in .debug_abbrev, in bytes.</summary>
    internal ulong Abbreviations { get; private init; }

    /// <summary>The bytes that unit_length tells of, its own included, at most those that are there.</summary>
    /// <param name="start">The first bytes of the unit, 12 of them unless there are fewer.</param>
    /// <param name="order">The file's byte order.</param>
    internal static ulong Length(ReadOnlySpan<byte> start, ElfByteOrder order)
    {
        if (start.Length < 4)
            return (ulong)start.Length;
        ulong length = order.ReadUInt32(start);
        if (length != Escape64Bit)
            return length + 4;
        length = start.Length < 12 ? 0 : order.ReadUInt64(start[4..]);
        return length > long.MaxValue ? long.MaxValue : length + 12;
    }

    /// <summary>Reads a header; null when it is damaged or the unit is of a kind that has no functions.</summary>
    internal static DwarfUnitHeader? Read(DwarfCursor unit)
    {
        bool is64Bit = unit.ReadUInt32() == Escape64Bit;
        if (is64Bit)
            unit.Skip(8);
        ushort version = unit.ReadUInt16();
        if (version is < 2 or > 5)
            return null;
        int type = 0, addressBytes = 0;
        if (version == 5)
            (type, addressBytes) = (unit.ReadByte(), unit.ReadByte());
        ulong abbreviations = unit.ReadOffset(is64Bit);
        if (version < 5)
            addressBytes = unit.ReadByte();
        if (type is SkeletonUnit or SplitUnit)
            unit.Skip(8);
        return unit.Failed || type is TypeUnit or SplitTypeUnit || addressBytes is not (4 or 8)
            ? null
            : new DwarfUnitHeader { Is64Bit = is64Bit, Version = version, AddressBytes = addressBytes, Abbreviations = abbreviations };
    }
}
