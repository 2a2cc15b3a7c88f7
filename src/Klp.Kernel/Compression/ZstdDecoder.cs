using System.Buffers;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Klp.Kernel.Compression;

/// <summary>Decodes the first frame of Zstandard data (RFC 8878, section 3.1.1). An image that boots has more behind it.</summary>
internal static class ZstdDecoder
{
    internal static byte[] Decode(byte[] data)
    {
        DecodedBytes decoded = new();
        byte[] buffer = new byte[DecodedBytes.ChunkSize];
        using Decompressor decompressor = new();
        for (ReadOnlySpan<byte> rest = FirstFrame(data); ;)
        {
            OperationStatus status = decompressor.UnwrapStream(rest, buffer, out int read, out int written);
            decoded.Append(buffer.AsSpan(0, written));
            rest = rest[read..];
            switch (status)
            {
                case OperationStatus.Done:
                    return decoded.ToArray();
                case OperationStatus.InvalidData:
                    throw new InvalidDataException("its zstd data is damaged");
                case OperationStatus.NeedMoreData when rest.IsEmpty && written < buffer.Length:
                    throw new InvalidDataException("its zstd data is incomplete");
                default:
                    break;
            }
        }
    }

    // The library takes what is behind a frame for the next one.
    private static unsafe ReadOnlySpan<byte> FirstFrame(byte[] data)
    {
        fixed (byte* start = data)
        {
            nuint size = Methods.ZSTD_findFrameCompressedSize(start, (nuint)data.Length);
            // Of an incomplete one that is an error, which decoding tells better.
            return Methods.ZSTD_isError(size) ? data : data.AsSpan(0, (int)size);
        }
    }
}
