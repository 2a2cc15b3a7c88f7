using Klp.Elf.Constants;
using Klp.Elf.Image;

namespace Klp.Kernel.SymbolTables;

/// <summary>The build id that the linker gave a file: the ELF note NT_GNU_BUILD_ID (3) of the owner GNU.</summary>
public static class BuildId
{
    private const uint NoteType = 3;
    private const int HeaderBytes = 12;

    /// <summary>The build id as hexadecimal digits, or null where the file has none.</summary>
    public static string? Read(ElfImage image)
    {
        for (int i = 0; i < image.Sections.Count; i++)
        {
            if (image.Sections[i].Type == ElfSectionType.Note && Find(image.ReadSection(i), image.Header.ByteOrder) is { } id)
                return id;
        }

        return null;
    }

    /// <summary>The build id of a kernel in the image that boots: vmlinux.lds.h puts its notes between two symbols.</summary>
    internal static string? Read(KernelImageSymbols image, ElfByteOrder order) =>
        image.AddressOf("__start_notes") is { } start
            && image.AddressOf("__stop_notes") is { } end
            && end > start
            && image.ReadMemory(start, end - start) is { } notes
            ? Find(notes, order)
            : null;

    // namesz, descsz, type; then name and descriptor, each padded to four bytes.
    private static string? Find(ReadOnlySpan<byte> notes, ElfByteOrder order)
    {
        while (notes.Length >= HeaderBytes)
        {
            uint nameBytes = order.ReadUInt32(notes), descriptorBytes = order.ReadUInt32(notes[4..]), type = order.ReadUInt32(notes[8..]);
            ulong start = HeaderBytes + Padded(nameBytes), end = start + descriptorBytes;
            if (end > (ulong)notes.Length)
                return null;
            if (type == NoteType && notes.Slice(HeaderBytes, (int)nameBytes).SequenceEqual("GNU\0"u8))
                return Convert.ToHexStringLower(notes[(int)start..(int)end]);
            notes = notes[(int)Math.Min(start + Padded(descriptorBytes), (ulong)notes.Length)..];
        }

        return null;
    }

    private static ulong Padded(uint size) => ((ulong)size + 3) / 4 * 4;
}
