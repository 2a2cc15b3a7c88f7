using System.IO.Compression;
using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Elf.Model;

namespace Klp.DebugInfo.Dwarf;

/// <summary>The contents of a debug section, decompressed, and the relocations that apply to them.</summary>
internal sealed class DwarfSection
{
    // Elf64_Chdr (gABI, "Compressed Sections").
    private const int CompressionHeaderBytes = 24;
    private const uint CompressZlib = 1;
    // What deflate can at most make of a byte; a larger claim is false. A larger section is not worth its memory.
    private const ulong MaximumRatio = 1032;
    private const ulong MaximumBytes = 256 << 20;

    private readonly byte[] bytes;
    private readonly ElfRelocation[] relocations;
    private readonly ulong[] relocationOffsets;

    private DwarfSection(byte[] bytes, ElfRelocation[] relocations)
    {
        this.bytes = bytes;
        this.relocations = relocations;
        relocationOffsets = [.. relocations.Select(relocation => relocation.Offset)];
    }

    /// <summary>Contents of a linked file, which need no relocation.</summary>
    internal DwarfSection(byte[] bytes)
        : this(bytes, [])
    {
    }

    /// <summary>The contents, decompressed, before relocation.</summary>
    internal ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>The debug section of a name, or null when the object has none or its contents cannot be read.</summary>
    internal static DwarfSection? Load(ElfObject source, string name)
    {
        if (source.FindSection(name) is not ElfDataSection section)
            return null;
        byte[]? bytes = section.Flags.HasFlag(ElfSectionFlags.Compressed)
            ? Decompress(section.Contents, source.Header.ByteOrder)
            : section.Contents.ToArray();
        if (bytes is null)
            return null;

        // All machines with livepatch use SHT_RELA, whose entries alone make the value.
        IEnumerable<ElfRelocation> relocations = source.RelocationSections
            .Where(relocations => relocations.InfoSection == section && relocations.HasAddends)
            .SelectMany(relocations => relocations.Relocations);
        return new DwarfSection(bytes, [.. relocations.OrderBy(relocation => relocation.Offset)]);
    }

    /// <summary>The debug section of a name in a linked file, or null when the file has none or its contents cannot be read.</summary>
    internal static DwarfSection? Load(ElfImage image, string name)
    {
        int index = image.FindSection(name);
        if (index < 0)
            return null;
        byte[]? bytes = image.ReadSection(index);
        if (image.Sections[index].Flags.HasFlag(ElfSectionFlags.Compressed))
            bytes = Decompress(bytes, image.Header.ByteOrder);
        return bytes is null ? null : new DwarfSection(bytes);
    }

    /// <summary>The value of a field after relocation.</summary>
    /// <param name="offset">Offset of the field in bytes.</param>
    /// <param name="value">The field as it stands in the section.</param>
    /// <param name="target">The section that the value is an offset in; null when it is a plain number.</param>
    internal ulong Relocate(int offset, ulong value, out ElfSection? target)
    {
        target = null;
        int index = Array.BinarySearch(relocationOffsets, (ulong)offset);
        if (index < 0)
            return value;
        while (index > 0 && relocationOffsets[index - 1] == (ulong)offset)
            index--;

        // Two at one place are a difference: R_LARCH_ADD16 of one label and R_LARCH_SUB16 of another, in this order.
        if (index + 1 < relocations.Length && relocationOffsets[index + 1] == (ulong)offset)
            return ValueOf(relocations[index]) - ValueOf(relocations[index + 1]);
        target = relocations[index].Symbol?.Section;
        return ValueOf(relocations[index]);
    }

    private static ulong ValueOf(ElfRelocation relocation) => (relocation.Symbol?.Value ?? 0) + (ulong)relocation.Addend;

    private static byte[]? Decompress(ReadOnlySpan<byte> contents, ElfByteOrder order)
    {
        if (contents.Length < CompressionHeaderBytes || order.ReadUInt32(contents) != CompressZlib)
            return null;
        ulong size = order.ReadUInt64(contents[8..]);
        byte[] compressed = contents[CompressionHeaderBytes..].ToArray();
        if (size > MaximumBytes || size > (ulong)compressed.Length * MaximumRatio)
            return null;

        try
        {
            byte[] result = new byte[size];
            using ZLibStream stream = new(new MemoryStream(compressed), CompressionMode.Decompress);
            stream.ReadExactly(result);
            return result;
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException)
        {
            return null;
        }
    }
}
