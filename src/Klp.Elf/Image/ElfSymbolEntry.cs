using Klp.Elf.Constants;

namespace Klp.Elf.Image;

/// <summary>One <c>Elf64_Sym</c> as it stands in the file (gABI, "Symbol Table").</summary>
/// <param name="NameOffset"><c>st_name</c>: offset of the name in the linked string table, in bytes; 0 for no name.</param>
/// <param name="Info"><c>st_info</c>: binding and type.</param>
/// <param name="Other"><c>st_other</c>: visibility in the lowest two bits, the rest for the psABI.</param>
/// <param name="SectionIndex"><c>st_shndx</c>: a section's index, or a value of <see cref="ElfSectionIndex"/>.</param>
/// <param name="Value"><c>st_value</c>: offset in the section in relocatable objects, else a virtual address.</param>
/// <param name="Size"><c>st_size</c> in bytes; 0 when unknown.</param>
public readonly record struct ElfSymbolEntry(
    uint NameOffset,
    byte Info,
    byte Other,
    ushort SectionIndex,
    ulong Value,
    ulong Size)
{
    /// <summary>Size of <c>Elf64_Sym</c> in bytes.</summary>
    public const int EntryBytes = 24;

    /// <summary>The binding in <see cref="Info"/>.</summary>
    public ElfSymbolBinding Binding => (ElfSymbolBinding)(Info >> 4);

    /// <summary>The type in <see cref="Info"/>.</summary>
    public ElfSymbolType Type => (ElfSymbolType)(Info & 0xf);

    /// <summary>Decodes an entry.</summary>
    /// <param name="bytes">At least <see cref="EntryBytes"/> bytes.</param>
    /// <param name="order">The file's byte order.</param>
    public static ElfSymbolEntry Read(ReadOnlySpan<byte> bytes, ElfByteOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        return new ElfSymbolEntry(
            order.ReadUInt32(bytes),
            bytes[4],
            bytes[5],
            order.ReadUInt16(bytes[6..]),
            order.ReadUInt64(bytes[8..]),
            order.ReadUInt64(bytes[16..]));
    }

    /// <summary>Encodes the entry.</summary>
    /// <param name="bytes">At least <see cref="EntryBytes"/> bytes.</param>
    /// <param name="order">The file's byte order.</param>
    public void Write(Span<byte> bytes, ElfByteOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        order.WriteUInt32(bytes, NameOffset);
        bytes[4] = Info;
        bytes[5] = Other;
        order.WriteUInt16(bytes[6..], SectionIndex);
        order.WriteUInt64(bytes[8..], Value);
        order.WriteUInt64(bytes[16..], Size);
    }
}
