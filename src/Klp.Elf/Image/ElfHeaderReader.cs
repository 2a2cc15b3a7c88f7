using System.Buffers.Binary;
using Klp.Elf.Constants;

namespace Klp.Elf.Image;

/// <summary>
/// Reads and checks <c>Elf64_Ehdr</c> and the section header table, with the gABI's extended numbering for many sections.
/// </summary>
internal sealed class ElfHeaderReader(Stream stream, string fileName)
{
    private const int ClassIndex = 4;
    private const int DataIndex = 5;
    private const byte Class64 = 2;
    private const byte DataLittle = 1;
    private const byte DataBig = 2;

    /// <summary>Reads the header; <paramref name="first"/> is section 0, which may hold the counts that do not fit the header.</summary>
    internal ElfHeader ReadHeader(out ElfSectionHeader? first)
    {
        Span<byte> bytes = stackalloc byte[ElfHeader.Size];
        stream.Position = 0;
        int read = stream.ReadAtLeast(bytes, ElfHeader.Size, throwOnEndOfStream: false);
        if (read < 4 || BinaryPrimitives.ReadUInt32BigEndian(bytes) != 0x7f454c46)
            throw Problem("not an ELF file: it does not start with 7f 45 4c 46");
        if (read < ElfHeader.Size)
            throw Problem($"truncated: {read} bytes, the ELF header alone has {ElfHeader.Size}");
        if (bytes[ClassIndex] != Class64)
            throw Problem($"not a 64-bit ELF file: e_ident[EI_CLASS] is {bytes[ClassIndex]}, expected {Class64}");

        ElfByteOrder order = bytes[DataIndex] switch
        {
            DataLittle => ElfByteOrder.Little,
            DataBig => ElfByteOrder.Big,
            byte other => throw Problem($"e_ident[EI_DATA] is {other}, expected {DataLittle} or {DataBig}"),
        };

        ulong tableOffset = order.ReadUInt64(bytes[40..]);
        ushort entrySize = order.ReadUInt16(bytes[58..]);
        ushort count = order.ReadUInt16(bytes[60..]);
        ushort nameIndex = order.ReadUInt16(bytes[62..]);
        first = ReadFirstSection(order, tableOffset, entrySize);

        return new ElfHeader
        {
            Ident = bytes[..ElfHeader.IdentSize].ToArray(),
            ByteOrder = order,
            Type = (ElfObjectType)order.ReadUInt16(bytes[16..]),
            Machine = (ElfMachine)order.ReadUInt16(bytes[18..]),
            Version = order.ReadUInt32(bytes[20..]),
            Entry = order.ReadUInt64(bytes[24..]),
            ProgramHeaderOffset = order.ReadUInt64(bytes[32..]),
            SectionHeaderOffset = tableOffset,
            Flags = order.ReadUInt32(bytes[48..]),
            HeaderSize = order.ReadUInt16(bytes[52..]),
            ProgramHeaderEntrySize = order.ReadUInt16(bytes[54..]),
            ProgramHeaderCount = order.ReadUInt16(bytes[56..]),
            SectionHeaderEntrySize = entrySize,
            SectionCount = SectionCount(count, first),
            SectionNameTableIndex = nameIndex == ElfSectionIndex.Extended && first is { } section ? section.Link : nameIndex,
        };
    }

    /// <summary>Reads the section header table and checks that contents, and the name table's index, are inside the file.</summary>
    internal List<ElfSectionHeader> ReadSectionHeaders(ElfHeader header, ElfSectionHeader? first)
    {
        if (first is null)
        {
            RequireNameTable(header.SectionNameTableIndex, []);
            return [];
        }

        ulong size = (ulong)header.SectionCount * ElfSectionHeader.EntryBytes;
        RequireInside(header.SectionHeaderOffset, size, "the section header table");
        byte[] table = new byte[size];
        stream.Position = (long)header.SectionHeaderOffset;
        stream.ReadExactly(table);

        List<ElfSectionHeader> sections = new((int)header.SectionCount);
        for (int i = 0; i < (int)header.SectionCount; i++)
        {
            ElfSectionHeader section = ElfSectionHeader.Read(table.AsSpan(i * ElfSectionHeader.EntryBytes), header.ByteOrder);
            if (section.HasContents)
                RequireInside(section.Offset, section.Size, $"section {i}");
            sections.Add(section);
        }

        if (sections.Count > 0 && sections[0].Type != ElfSectionType.Null)
            throw Problem($"section 0 has type {(uint)sections[0].Type}, expected SHT_NULL");
        RequireNameTable(header.SectionNameTableIndex, sections);
        return sections;
    }

    private ElfSectionHeader? ReadFirstSection(ElfByteOrder order, ulong tableOffset, ushort entrySize)
    {
        if (tableOffset == 0)
            return null;
        if (entrySize != ElfSectionHeader.EntryBytes)
            throw Problem($"e_shentsize is {entrySize}, expected {ElfSectionHeader.EntryBytes}");

        RequireInside(tableOffset, ElfSectionHeader.EntryBytes, "the section header table");
        Span<byte> bytes = stackalloc byte[ElfSectionHeader.EntryBytes];
        stream.Position = (long)tableOffset;
        stream.ReadExactly(bytes);
        return ElfSectionHeader.Read(bytes, order);
    }

    private uint SectionCount(ushort count, ElfSectionHeader? first)
    {
        if (first is not { } section)
            return 0;
        if (count != 0)
            return count;
        if (section.Size > uint.MaxValue)
            throw Problem($"section 0 claims 0x{section.Size:x} sections");
        return (uint)section.Size;
    }

    private void RequireNameTable(uint index, List<ElfSectionHeader> sections)
    {
        if (index == 0)
            return;
        if (index >= (uint)sections.Count || sections[(int)index].Type != ElfSectionType.StringTable)
            throw Problem($"e_shstrndx {index} is not the index of a string table among {sections.Count} sections");
    }

    private void RequireInside(ulong offset, ulong size, string what)
    {
        ulong length = (ulong)stream.Length;
        if (offset > length || size > length - offset)
            throw Problem($"{what}: 0x{size:x} bytes at offset 0x{offset:x} are not inside the file of 0x{length:x} bytes");
    }

    private ElfFormatException Problem(string problem) => new(fileName, problem);
}
