using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Klp.Kernel.Compression;

/// <summary>
/// Decodes gzip (RFC 1952), member by member. .NET's own GZipStream takes the end of a truncated file for the end of the
/// data; here the trailer of each member, the checksum and length of what it decodes to, has to be there.
/// </summary>
internal static class GzipDecoder
{
    private const int FixedHeaderSize = 10;
    private const int SmallestBody = 2; // a block of nothing (RFC 1951, section 3.2.6)
    private const int TrailerSize = 8;
    private const int FlagsOffset = 3;
    private const int HeaderChecksumFlag = 2;
    private const int ExtraFlag = 4;
    private const int NameFlag = 8;
    private const int CommentFlag = 16;

    internal static byte[] Decode(byte[] data)
    {
        DecodedBytes decoded = new();
        int start = 0;
        do
        {
            int body = start + HeaderSize(data.AsSpan(start));
            byte[] trailer = DecodeMember(data, body, decoded);
            // The decoder does not tell where it stopped; 8 bytes that are right by chance are as good as never.
            int end = Math.Min(body + SmallestBody, data.Length);
            int at = data.AsSpan(end).IndexOf(trailer);
            if (at < 0)
                throw new InvalidDataException("its gzip data is damaged or incomplete");
            start = end + at + TrailerSize;
        }
        while (data.AsSpan(start).StartsWith(CompressedFile.GzipMagic));

        return decoded.ToArray();
    }

    // The trailer that the member has to have: CRC-32 and length, both 4 bytes little-endian.
    private static byte[] DecodeMember(byte[] data, int body, DecodedBytes decoded)
    {
        using DeflateStream stream = new(new MemoryStream(data, body, data.Length - body, writable: false), CompressionMode.Decompress);
        byte[] buffer = new byte[DecodedBytes.ChunkSize];
        Crc32 checksum = new();
        uint length = 0;
        for (int read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
        {
            decoded.Append(buffer.AsSpan(0, read));
            checksum.Append(buffer.AsSpan(0, read));
            length += (uint)read;
        }

        byte[] trailer = new byte[TrailerSize];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, checksum.GetCurrentHashAsUInt32());
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(4), length);
        return trailer;
    }

    private static int HeaderSize(ReadOnlySpan<byte> member)
    {
        if (member.Length < FixedHeaderSize)
            throw Incomplete();
        int flags = member[FlagsOffset];
        int size = FixedHeaderSize;
        if ((flags & ExtraFlag) != 0)
            size += member.Length >= size + 2 ? 2 + BinaryPrimitives.ReadUInt16LittleEndian(member[size..]) : throw Incomplete();
        if ((flags & NameFlag) != 0)
            size = AfterText(member, size);
        if ((flags & CommentFlag) != 0)
            size = AfterText(member, size);
        if ((flags & HeaderChecksumFlag) != 0)
            size += 2;
        return size <= member.Length ? size : throw Incomplete();
    }

    private static int AfterText(ReadOnlySpan<byte> member, int start)
    {
        int length = start < member.Length ? member[start..].IndexOf((byte)0) : -1;
        return length < 0 ? throw Incomplete() : start + length + 1;
    }

    private static InvalidDataException Incomplete() => new("its gzip data is incomplete");
}
