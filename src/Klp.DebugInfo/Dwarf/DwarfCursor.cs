using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.DebugInfo.Dwarf;

/// <summary>
/// Reads fields of a debug section one after the other. Reading beyond the end gives zeros and moves to the end,
/// so that every loop over the contents ends; <see cref="Failed"/> then tells.
/// </summary>
internal sealed class DwarfCursor(DwarfSection section, ElfByteOrder order, int position, int end)
{
    /// <summary>Offset of the next field in the section, in bytes.</summary>
    internal int Position { get; private set; } = position;

    /// <summary>Offset of the first byte that is no longer part of what is read.</summary>
    internal int End { get; } = end;

    /// <summary>True when something was missing.</summary>
    internal bool Failed { get; private set; }

    internal bool AtEnd => Position >= End;

    /// <summary>A cursor at the current position that ends after some bytes, or with this one.</summary>
    internal DwarfCursor Slice(ulong length) =>
        new(section, order, Position, length < (ulong)(End - Position) ? Position + (int)length : End);

    internal byte ReadByte() => Take(1) is { Length: 1 } bytes ? bytes[0] : (byte)0;

    internal ushort ReadUInt16() => Take(2) is { Length: 2 } bytes ? order.ReadUInt16(bytes) : (ushort)0;

    internal uint ReadUInt32() => Take(4) is { Length: 4 } bytes ? order.ReadUInt32(bytes) : 0;

    internal ulong ReadUInt64() => Take(8) is { Length: 8 } bytes ? order.ReadUInt64(bytes) : 0;

    /// <summary>Reads an offset or length of the DWARF format at hand (DWARF 5, section 7.4), relocated.</summary>
    internal ulong ReadOffset(bool is64Bit)
    {
        int start = Position;
        ulong value = is64Bit ? ReadUInt64() : ReadUInt32();
        return section.Relocate(start, value, out _);
    }

    /// <summary>Reads an address of 4 or 8 bytes, relocated, and the section it is in.</summary>
    internal ulong ReadAddress(int size, out ElfSection? target)
    {
        int start = Position;
        ulong value = size == 4 ? ReadUInt32() : ReadUInt64();
        return section.Relocate(start, value, out target);
    }

    /// <summary>Reads the operand of DW_LNS_fixed_advance_pc, which LoongArch relocates.</summary>
    internal ulong ReadAdvance()
    {
        int start = Position;
        return section.Relocate(start, ReadUInt16(), out _);
    }

    /// <summary>Reads an unsigned LEB128 number (DWARF 5, section 7.6); bits beyond 64 are dropped.</summary>
    internal ulong ReadUnsigned()
    {
        ulong result = 0;
        int shift = 0;
        byte current;
        do
        {
            current = ReadByte();
            if (shift < 64)
                result |= (ulong)(current & 0x7f) << shift;
            shift = Math.Min(shift + 7, 64);
        }
        while ((current & 0x80) != 0);
        return result;
    }

    /// <summary>Reads a signed LEB128 number (DWARF 5, section 7.6); bits beyond 64 are dropped.</summary>
    internal long ReadSigned()
    {
        long result = 0;
        int shift = 0;
        byte current;
        do
        {
            current = ReadByte();
            if (shift < 64)
                result |= (long)(current & 0x7f) << shift;
            shift = Math.Min(shift + 7, 64);
        }
        while ((current & 0x80) != 0);
        return shift < 64 && (current & 0x40) != 0 ? result | (-1L << shift) : result;
    }

    /// <summary>Reads a string that stands here, up to and with its NUL.</summary>
    internal DwarfString ReadString()
    {
        DwarfString result = new(section, (ulong)Position);
        int length = section.Bytes[Position..End].IndexOf((byte)0);
        Skip(length < 0 ? ulong.MaxValue : (ulong)length + 1);
        return result;
    }

    internal void Skip(ulong count)
    {
        if (count > (ulong)(End - Position))
            Fail();
        else
            Position += (int)count;
    }

    /// <summary>Goes back to a position that <see cref="Position"/> told.</summary>
    internal void MoveTo(int position) => Position = position;

    /// <summary>Gives up: nothing that follows can be made sense of.</summary>
    internal void Fail()
    {
        Failed = true;
        Position = End;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        int start = Position;
        Skip((ulong)count);
        return Failed ? default : section.Bytes.Slice(start, count);
    }
}
