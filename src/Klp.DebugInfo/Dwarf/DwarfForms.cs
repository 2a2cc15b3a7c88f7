using Klp.Elf.Model;

namespace Klp.DebugInfo.Dwarf;

/// <summary>Reads the values of attributes (DWARF 5, section 7.5.6).</summary>
internal sealed class DwarfForms(DwarfCursor cursor, DwarfUnitHeader unit, DwarfStrings strings)
{
    /// <summary>Reads a value. A form of unknown size ends the unit, as nothing that follows can be made sense of.</summary>
    /// <param name="form">DW_FORM_*.</param>
    /// <param name="constant">The value of DW_FORM_implicit_const.</param>
    internal DwarfValue Read(ulong form, long constant) => form switch
    {
        0x01 => Address(), // addr
        0x03 => Block(cursor.ReadUInt16()), // block2
        0x04 => Block(cursor.ReadUInt32()), // block4
        0x05 => Constant(cursor.ReadUInt16()), // data2
        0x06 => Constant(cursor.ReadUInt32()), // data4
        0x07 => Constant(cursor.ReadUInt64()), // data8
        0x08 => new DwarfValue(DwarfValueKind.Text, Text: cursor.ReadString()), // string
        0x09 or 0x18 => Block(cursor.ReadUnsigned()), // block, exprloc
        0x0a => Block(cursor.ReadByte()), // block1
        0x0b or 0x0c => Constant(cursor.ReadByte()), // data1, flag
        0x0d => Constant((ulong)cursor.ReadSigned()), // sdata
        0x0e => new DwarfValue(DwarfValueKind.Text, Text: strings.Common(cursor.ReadOffset(unit.Is64Bit))), // strp
        0x0f => Constant(cursor.ReadUnsigned()), // udata
        0x10 => Other(unit.Version == 2 ? (ulong)unit.AddressBytes : OffsetBytes), // ref_addr, of another unit
        0x11 => Reference(cursor.ReadByte()), // ref1
        0x12 => Reference(cursor.ReadUInt16()), // ref2
        0x13 => Reference(cursor.ReadUInt32()), // ref4
        0x14 => Reference(cursor.ReadUInt64()), // ref8
        0x15 => Reference(cursor.ReadUnsigned()), // ref_udata
        0x16 => Indirect(), // indirect
        0x17 => new DwarfValue(DwarfValueKind.Other, cursor.ReadOffset(unit.Is64Bit)), // sec_offset
        0x19 => Constant(1), // flag_present
        0x1a => new DwarfValue(DwarfValueKind.TextIndex, cursor.ReadUnsigned()), // strx
        0x1b => new DwarfValue(DwarfValueKind.AddressIndex, cursor.ReadUnsigned()), // addrx
        0x1c => Other(4), // ref_sup4
        0x1d => Other(OffsetBytes), // strp_sup
        0x1e => Other(16), // data16
        0x1f => new DwarfValue(DwarfValueKind.Text, Text: strings.Line(cursor.ReadOffset(unit.Is64Bit))), // line_strp
        0x20 => Other(8), // ref_sig8
        0x21 => Constant((ulong)constant), // implicit_const
        0x22 or 0x23 => Unsigned(), // loclistx, rnglistx
        0x24 => Other(8), // ref_sup8
        >= 0x25 and <= 0x28 => new DwarfValue(DwarfValueKind.TextIndex, Index(form - 0x24)), // strx1 to strx4
        >= 0x29 and <= 0x2c => new DwarfValue(DwarfValueKind.AddressIndex, Index(form - 0x28)), // addrx1 to addrx4
        _ => Unknown(),
    };

    private ulong OffsetBytes => unit.Is64Bit ? 8u : 4u;

    private static DwarfValue Constant(ulong value) => new(DwarfValueKind.Constant, value);

    private static DwarfValue Reference(ulong value) => new(DwarfValueKind.Reference, value);

    private DwarfValue Address()
    {
        ulong value = cursor.ReadAddress(unit.AddressBytes, out ElfSection? section);
        return new DwarfValue(DwarfValueKind.Address, value, Section: section);
    }

    // Before version 4 the place of a member is an expression: DW_OP_plus_uconst and a number.
    private DwarfValue Block(ulong length)
    {
        const byte plusConstant = 0x23;
        DwarfCursor block = cursor.Slice(length);
        cursor.Skip(length);
        return block.ReadByte() == plusConstant ? Constant(block.ReadUnsigned()) : default;
    }

    private DwarfValue Other(ulong bytes)
    {
        cursor.Skip(bytes);
        return default;
    }

    private DwarfValue Unsigned()
    {
        cursor.ReadUnsigned();
        return default;
    }

    // DWARF 5 does not allow one indirection to lead to another.
    private DwarfValue Indirect() => cursor.ReadUnsigned() is var form and not (0x16 or 0x21) ? Read(form, 0) : Unknown();

    private ulong Index(ulong bytes) => bytes switch
    {
        1 => cursor.ReadByte(),
        2 => cursor.ReadUInt16(),
        4 => cursor.ReadUInt32(),
        _ => Three(),
    };

    // No compiler writes these; what follows is still right.
    private ulong Three()
    {
        cursor.Skip(3);
        return ulong.MaxValue;
    }

    private DwarfValue Unknown()
    {
        cursor.Fail();
        return default;
    }
}
