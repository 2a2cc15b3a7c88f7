using Klp.Elf.Constants;
using Klp.Elf.Image;

namespace Klp.Kernel.Kallsyms;

/// <summary>
/// Finds a kernel's <see cref="KallsymsTable"/> in the kernel that boots, which has no symbols to say where its parts are.
/// scripts/kallsyms.c writes them one after the other: count, names, markers (the offset of every 256th name), token table,
/// token index. The token table is recognised by its ten digits, which no table replaces; from there everything is
/// reached backwards, and accepted only if every marker fits. Needs at least eight markers, so some 2,000 symbols.
/// </summary>
public sealed class KernelImageKallsyms
{
    private const int SymbolsPerMarker = 256;
    private const int MostAlignment = 8;
    private const int FewestMarkers = 8;
    private const int FarthestMarkers = 1 << 24;
    private const int LongestName = 512;
    private const int FirstDigit = '0';
    private const int OffsetBytes = 4;
    private const int AddressBytes = 8;

    // Where a flat image of arm64 begins (KIMAGE_VADDR with 48 or more bits of addresses): what is asked for are differences.
    private const ulong FlatStart = 0xffff_8000_8000_0000;

    // The upper 16 bits of a kernel's addresses: ones, on ppc64le 0xc000; s390's big-endian kernels begin anywhere.
    private const int KernelAddressShift = 48;
    private const ulong PowerPCAddress = 0xc000;

    private readonly byte[] image;
    private readonly string fileName;
    private readonly ElfByteOrder order;

    private KernelImageKallsyms(byte[] image, string fileName, ElfByteOrder order)
    {
        this.image = image;
        this.fileName = fileName;
        this.order = order;
    }

    private static ReadOnlySpan<byte> Digits => "0\01\02\03\04\05\06\07\08\09\0"u8;

    /// <summary>Finds the table.</summary>
    /// <param name="image">The kernel's bytes, decompressed.</param>
    /// <param name="fileName">The file they are from, for messages.</param>
    /// <param name="order">The kernel's byte order.</param>
    /// <exception cref="ElfFormatException">There is no such table.</exception>
    public static KallsymsTable Read(byte[] image, string fileName, ElfByteOrder order)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new KernelImageKallsyms(image, fileName, order).Find()
            ?? throw new ElfFormatException(
                fileName, "no kallsyms table of 4.20 or later was found in it; was the kernel built with CONFIG_KALLSYMS?");
    }

    private KallsymsTable? Find()
    {
        for (int start = 0; start < image.Length;)
        {
            int at = image.AsSpan(start).IndexOf(Digits);
            if (at < 0)
                return null;
            if (FindAround(start + at) is { } table)
                return table;
            start += at + 1;
        }

        return null;
    }

    private KallsymsTable? FindAround(int digits)
    {
        int end = SkipTokens(digits, KallsymsTable.TokenCount - FirstDigit);
        for (int index = AlignUp(end, 4); end > 0 && index <= end + MostAlignment; index += 4)
        {
            if (ReadTokens(digits, end, index) is not { } tokens)
                continue;
            if (FindNames(digits - ReadIndex(index, FirstDigit)) is var (names, count))
                return new KallsymsTable(fileName, image.AsMemory(names), count, tokens)
                {
                    Addresses = FindAddresses(names, index + (KallsymsTable.TokenCount * 2), count),
                };
        }

        return null;
    }

    // The offset after so many NUL-terminated tokens, or -1.
    private int SkipTokens(int offset, int count)
    {
        for (int i = 0; i < count; i++)
        {
            int length = image.AsSpan(offset).IndexOf((byte)0);
            if (length < 0)
                return -1;
            offset += length + 1;
        }

        return offset;
    }

    // Every entry of the index must be the start of a token, and the last token end where the table does.
    private byte[][]? ReadTokens(int digits, int end, int index)
    {
        if (index + (KallsymsTable.TokenCount * 2) > image.Length)
            return null;
        int table = digits - ReadIndex(index, FirstDigit);
        if (table < 0 || ReadIndex(index, 0) != 0)
            return null;

        byte[][] tokens = new byte[KallsymsTable.TokenCount][];
        for (int i = 0; i < KallsymsTable.TokenCount; i++)
        {
            int start = table + ReadIndex(index, i);
            int next = i + 1 < KallsymsTable.TokenCount ? table + ReadIndex(index, i + 1) : end;
            if (next <= start || next > end || image[next - 1] != 0 || image.AsSpan(start, next - start - 1).Contains((byte)0))
                return null;
            tokens[i] = image[start..(next - 1)];
        }

        return tokens;
    }

    private int ReadIndex(int index, int token) => order.ReadUInt16(image.AsSpan(index + (token * 2)));

    // Markers are before the token table; between the two some versions (6.2, stable 6.1) have three bytes a symbol.
    // They begin with 0 and grow by the size of 256 names.
    private (int Names, uint Count)? FindNames(int tokenTable)
    {
        int farthest = Math.Max(0, tokenTable - FarthestMarkers);
        for (int markers = AlignDown(tokenTable - 4, 4); markers >= farthest; markers -= 4)
        {
            if (order.ReadUInt32(image.AsSpan(markers)) != 0)
                continue;
            int most = CountMarkers(markers, tokenTable);
            // What follows the markers may look like some more of them.
            for (int count = most; count >= FewestMarkers && count > most - FewestMarkers; count--)
            {
                if (FindNames(markers, count) is { } found)
                    return found;
            }
        }

        return null;
    }

    private int CountMarkers(int markers, int end)
    {
        int count = 1;
        while (markers + ((count + 1) * 4) <= end
            && Marker(markers, count) - Marker(markers, count - 1)
                is >= SymbolsPerMarker * 2 and < SymbolsPerMarker * KallsymsTable.LongestEntry)
        {
            count++;
        }

        return count;
    }

    // Names end at the markers. Their start follows the number of symbols.
    private (int Names, uint Count)? FindNames(int markers, int markerCount)
    {
        uint fewest = ((uint)markerCount - 1) * SymbolsPerMarker;
        long last = markers - Marker(markers, markerCount - 1);
        for (long names = last / 4 * 4; names >= MostAlignment && names > last - (SymbolsPerMarker * LongestName); names -= 4)
        {
            uint count = order.ReadUInt32(image.AsSpan((int)names - 4));
            // Aligned to 8, the count has padding behind it.
            if (count == 0)
                count = order.ReadUInt32(image.AsSpan((int)names - 8));
            if (count > fewest && count <= fewest + SymbolsPerMarker && NamesFit((int)names, markers, count))
                return ((int)names, count);
        }

        return null;
    }

    private long Marker(int markers, int index) => order.ReadUInt32(image.AsSpan(markers + (index * 4)));

    private bool NamesFit(int names, int end, uint count)
    {
        int at = names;
        for (uint i = 0; i < count; i++)
        {
            if (at >= end - 1 || (i % SymbolsPerMarker == 0 && Marker(end, (int)(i / SymbolsPerMarker)) != at - names))
                return false;
            int length = image[at++];
            if ((length & 0x80) != 0)
                length = (length & 0x7f) | (image[at++] << 7);
            at += length;
            if (at > end)
                return false;
        }

        return end - at < MostAlignment;
    }

    // Offsets and the address they are relative to: before the count, or since 6.4 after the token index.
    private ulong[]? FindAddresses(int names, int afterIndex, uint count)
    {
        long bytes = (long)count * OffsetBytes;
        for (int start = names - AddressBytes; start >= names - (2 * AddressBytes); start -= OffsetBytes)
        {
            long relativeBase = start - AddressBytes, offsets = (relativeBase - bytes) / AddressBytes * AddressBytes;
            if (relativeBase % AddressBytes == 0 && offsets >= 0 && ReadAddresses((int)offsets, (int)relativeBase, count) is { } before)
                return before;
        }

        int after = AlignUp(afterIndex, AddressBytes);
        long baseAfter = ((after + bytes + AddressBytes - 1) / AddressBytes) * AddressBytes;
        return (baseAfter + AddressBytes <= image.Length ? ReadAddresses(after, (int)baseAfter, count) : null)
            ?? ReadPlaceRelative(AlignUp(afterIndex, OffsetBytes), count);
    }

    // Since 7.0 each offset counts from its own place (kallsyms_sym_address of kernel/kallsyms.c), there is no base, and tables
    // are aligned to 4 bytes alone.
    private ulong[]? ReadPlaceRelative(int offsets, uint count)
    {
        if (offsets + ((long)count * OffsetBytes) > image.Length || AddressAt(offsets) is not { } place)
            return null;
        ulong[] addresses = new ulong[count];
        for (int i = 0; i < addresses.Length; i++)
        {
            int at = i * OffsetBytes;
            addresses[i] = place + (ulong)at + (ulong)(long)(int)order.ReadUInt32(image.AsSpan(offsets + at));
        }

        return IsKernelAddress(addresses[0]) && IsSorted(addresses) ? addresses : null;
    }

    // Where the linker put a byte of the image.
    private ulong? AddressAt(int offset)
    {
        if (!image.AsSpan().StartsWith("\u007fELF"u8))
            return FlatStart + (ulong)offset;
        using ElfImage elf = ElfImage.Read(new MemoryStream(image, writable: false), fileName);
        foreach (ElfSectionHeader section in elf.Sections)
        {
            if (section.HasContents
                && section.Flags.HasFlag(ElfSectionFlags.Alloc)
                && (ulong)offset >= section.Offset
                && (ulong)offset - section.Offset < section.Size)
            {
                return section.Address + ((ulong)offset - section.Offset);
            }
        }

        return null;
    }

    private bool IsKernelAddress(ulong address) =>
        order != ElfByteOrder.Little || address >> KernelAddressShift is (ulong.MaxValue >> KernelAddressShift) or PowerPCAddress;

    private static bool IsSorted(ulong[] addresses)
    {
        for (int i = 1; i < addresses.Length; i++)
        {
            if (addresses[i] < addresses[i - 1])
                return false;
        }

        return true;
    }

    // Null unless they are what a sorted table of a kernel's addresses is.
    private ulong[]? ReadAddresses(int offsets, int relativeBase, uint count)
    {
        ulong start = order.ReadUInt64(image.AsSpan(relativeBase));
        if (!IsKernelAddress(start))
            return null;

        int[] values = new int[count];
        for (int i = 0; i < values.Length; i++)
            values[i] = (int)order.ReadUInt32(image.AsSpan(offsets + (i * OffsetBytes)));
        // With absolute per-CPU symbols (x86 to 6.14) those are as they are, and the others count down from the base.
        bool hasAbsolute = Array.Exists(values, value => value < 0);
        ulong[] addresses = [.. values.Select(
            value => !hasAbsolute ? start + (uint)value : value < 0 ? start - 1 - (ulong)(long)value : (ulong)value)];
        return IsSorted(addresses) ? addresses : null;
    }

    private static int AlignUp(int value, int alignment) => (value + alignment - 1) / alignment * alignment;

    private static int AlignDown(int value, int alignment) => value / alignment * alignment;
}
