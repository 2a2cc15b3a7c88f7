using System.Buffers.Binary;

namespace Klp.Elf.Constants;

/// <summary>
/// Decodes and encodes the integers of an ELF file in the byte order that <c>e_ident[EI_DATA]</c> names.
/// Chosen once for a file, so that nothing else asks which order it is in.
/// </summary>
public sealed class ElfByteOrder
{
    private ElfByteOrder(bool isLittleEndian) => IsLittleEndian = isLittleEndian;

    /// <summary><c>ELFDATA2LSB</c> (1): least significant byte first.</summary>
    public static ElfByteOrder Little { get; } = new(true);

    /// <summary><c>ELFDATA2MSB</c> (2): most significant byte first.</summary>
    public static ElfByteOrder Big { get; } = new(false);

    /// <summary>True for <see cref="Little"/>.</summary>
    public bool IsLittleEndian { get; }

    /// <summary>Reads the 16-bit integer at the start of <paramref name="bytes"/>.</summary>
    public ushort ReadUInt16(ReadOnlySpan<byte> bytes) =>
        IsLittleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    /// <summary>Reads the 32-bit integer at the start of <paramref name="bytes"/>.</summary>
    public uint ReadUInt32(ReadOnlySpan<byte> bytes) =>
        IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);

    /// <summary>Reads the 64-bit integer at the start of <paramref name="bytes"/>.</summary>
    public ulong ReadUInt64(ReadOnlySpan<byte> bytes) =>
        IsLittleEndian ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes);

    /// <summary>Writes a 16-bit integer at the start of <paramref name="bytes"/>.</summary>
    public void WriteUInt16(Span<byte> bytes, ushort value)
    {
        if (IsLittleEndian)
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        else
            BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
    }

    /// <summary>Writes a 32-bit integer at the start of <paramref name="bytes"/>.</summary>
    public void WriteUInt32(Span<byte> bytes, uint value)
    {
        if (IsLittleEndian)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        else
            BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
    }

    /// <summary>Writes a 64-bit integer at the start of <paramref name="bytes"/>.</summary>
    public void WriteUInt64(Span<byte> bytes, ulong value)
    {
        if (IsLittleEndian)
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        else
            BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
    }
}
