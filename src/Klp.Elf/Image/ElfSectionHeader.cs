using Klp.Elf.Constants;

namespace Klp.Elf.Image;

/// <summary>One <c>Elf64_Shdr</c> as it stands in the file (gABI, "Section Header").</summary>
/// <param name="NameOffset"><c>sh_name</c>: offset of the name in the section name table, in bytes.</param>
/// <param name="Type"><c>sh_type</c>.</param>
/// <param name="Flags"><c>sh_flags</c>.</param>
/// <param name="Address"><c>sh_addr</c>: virtual address, 0 in relocatable objects.</param>
/// <param name="Offset"><c>sh_offset</c>: where the contents start in the file, in bytes.</param>
/// <param name="Size"><c>sh_size</c> in bytes; memory only for SHT_NOBITS.</param>
/// <param name="Link"><c>sh_link</c>: a section index whose meaning depends on the type.</param>
/// <param name="Info"><c>sh_info</c>: extra information whose meaning depends on the type.</param>
/// <param name="Alignment"><c>sh_addralign</c> in bytes; 0 and 1 mean none.</param>
/// <param name="EntrySize"><c>sh_entsize</c> in bytes; 0 for contents without entries of one size.</param>
public readonly record struct ElfSectionHeader(
    uint NameOffset,
    ElfSectionType Type,
    ElfSectionFlags Flags,
    ulong Address,
    ulong Offset,
    ulong Size,
    uint Link,
    uint Info,
    ulong Alignment,
    ulong EntrySize)
{
    /// <summary>Size of <c>Elf64_Shdr</c> in bytes.</summary>
    public const int EntryBytes = 64;

    /// <summary>True when the section has bytes in the file: its type is neither SHT_NULL nor SHT_NOBITS.</summary>
    public bool HasContents => Type is not (ElfSectionType.Null or ElfSectionType.NoBits);

    /// <summary>Decodes a header.</summary>
    /// <param name="bytes">At least <see cref="EntryBytes"/> bytes.</param>
    /// <param name="order">The file's byte order.</param>
    public static ElfSectionHeader Read(ReadOnlySpan<byte> bytes, ElfByteOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        return new ElfSectionHeader(
            order.ReadUInt32(bytes),
            (ElfSectionType)order.ReadUInt32(bytes[4..]),
            (ElfSectionFlags)order.ReadUInt64(bytes[8..]),
            order.ReadUInt64(bytes[16..]),
            order.ReadUInt64(bytes[24..]),
            order.ReadUInt64(bytes[32..]),
            order.ReadUInt32(bytes[40..]),
            order.ReadUInt32(bytes[44..]),
            order.ReadUInt64(bytes[48..]),
            order.ReadUInt64(bytes[56..]));
    }

    /// <summary>Encodes the header.</summary>
    /// <param name="bytes">At least <see cref="EntryBytes"/> bytes.</param>
    /// <param name="order">The file's byte order.</param>
    public void Write(Span<byte> bytes, ElfByteOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        order.WriteUInt32(bytes, NameOffset);
        order.WriteUInt32(bytes[4..], (uint)Type);
        order.WriteUInt64(bytes[8..], (ulong)Flags);
        order.WriteUInt64(bytes[16..], Address);
        order.WriteUInt64(bytes[24..], Offset);
        order.WriteUInt64(bytes[32..], Size);
        order.WriteUInt32(bytes[40..], Link);
        order.WriteUInt32(bytes[44..], Info);
        order.WriteUInt64(bytes[48..], Alignment);
        order.WriteUInt64(bytes[56..], EntrySize);
    }
}
