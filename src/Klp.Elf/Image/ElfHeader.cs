using Klp.Elf.Constants;

namespace Klp.Elf.Image;

/// <summary>
/// The fields of <c>Elf64_Ehdr</c> that describe the file as a whole (gABI, "ELF Header"),
/// with the extended numbering of section counts already resolved.
/// </summary>
public sealed record ElfHeader
{
    /// <summary>Size of <c>Elf64_Ehdr</c> in bytes.</summary>
    public const int Size = 64;

    /// <summary>Number of bytes in <c>e_ident</c>.</summary>
    public const int IdentSize = 16;

    /// <summary><c>e_ident</c>, all 16 bytes.</summary>
    public required ReadOnlyMemory<byte> Ident { get; init; }

    /// <summary>The byte order that <c>e_ident[EI_DATA]</c> names.</summary>
    public required ElfByteOrder ByteOrder { get; init; }

    /// <summary><c>e_type</c>.</summary>
    public required ElfObjectType Type { get; init; }

    /// <summary><c>e_machine</c>.</summary>
    public required ElfMachine Machine { get; init; }

    /// <summary><c>e_version</c>, 1 in every file there is.</summary>
    public required uint Version { get; init; }

    /// <summary><c>e_entry</c>, a virtual address.</summary>
    public required ulong Entry { get; init; }

    /// <summary><c>e_phoff</c>, a file offset in bytes; 0 without program headers.</summary>
    public required ulong ProgramHeaderOffset { get; init; }

    /// <summary><c>e_shoff</c>, a file offset in bytes; 0 without sections.</summary>
    public required ulong SectionHeaderOffset { get; init; }

    /// <summary><c>e_flags</c>, as the machine's psABI defines them.</summary>
    public required uint Flags { get; init; }

    /// <summary><c>e_ehsize</c> in bytes.</summary>
    public required ushort HeaderSize { get; init; }

    /// <summary><c>e_phentsize</c> in bytes.</summary>
    public required ushort ProgramHeaderEntrySize { get; init; }

    /// <summary><c>e_phnum</c>.</summary>
    public required ushort ProgramHeaderCount { get; init; }

    /// <summary><c>e_shentsize</c> in bytes, 64 where there are sections.</summary>
    public required ushort SectionHeaderEntrySize { get; init; }

    /// <summary>The number of sections, index 0 included: <c>e_shnum</c>, or sh_size of section 0 where e_shnum is 0.</summary>
    public required uint SectionCount { get; init; }

    /// <summary>Index of the section name table: <c>e_shstrndx</c>, or sh_link of section 0 where it is SHN_XINDEX.</summary>
    public required uint SectionNameTableIndex { get; init; }

    /// <summary>Encodes the header. Counts that do not fit it are SHN_XINDEX or 0, and are in section 0 (gABI, "ELF Header").</summary>
    /// <param name="bytes">At least <see cref="Size"/> bytes.</param>
    internal void Write(Span<byte> bytes)
    {
        Ident.Span.CopyTo(bytes);
        ByteOrder.WriteUInt16(bytes[16..], (ushort)Type);
        ByteOrder.WriteUInt16(bytes[18..], (ushort)Machine);
        ByteOrder.WriteUInt32(bytes[20..], Version);
        ByteOrder.WriteUInt64(bytes[24..], Entry);
        ByteOrder.WriteUInt64(bytes[32..], ProgramHeaderOffset);
        ByteOrder.WriteUInt64(bytes[40..], SectionHeaderOffset);
        ByteOrder.WriteUInt32(bytes[48..], Flags);
        ByteOrder.WriteUInt16(bytes[52..], HeaderSize);
        ByteOrder.WriteUInt16(bytes[54..], ProgramHeaderEntrySize);
        ByteOrder.WriteUInt16(bytes[56..], ProgramHeaderCount);
        ByteOrder.WriteUInt16(bytes[58..], SectionHeaderEntrySize);
        ByteOrder.WriteUInt16(bytes[60..], SectionCount >= ElfSectionIndex.LowReserved ? (ushort)0 : (ushort)SectionCount);
        ByteOrder.WriteUInt16(
            bytes[62..], SectionNameTableIndex >= ElfSectionIndex.LowReserved ? ElfSectionIndex.Extended : (ushort)SectionNameTableIndex);
    }
}
