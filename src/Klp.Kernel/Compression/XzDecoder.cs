using System.Runtime.InteropServices;

namespace Klp.Kernel.Compression;

/// <summary>Decodes .xz through liblzma (lzma/base.h, lzma/container.h).</summary>
internal static unsafe partial class XzDecoder
{
    private const ulong MemoryLimit = 512UL << 20;
    private const int Ok = 0;
    private const int StreamEnd = 1;
    private const int Run = 0;

    internal static byte[] Decode(byte[] data)
    {
        LzmaStream stream = default;
        try
        {
            if (lzma_stream_decoder(&stream, MemoryLimit, 0) != Ok)
                throw new InvalidDataException("liblzma could not be started");
            return Decode(&stream, data);
        }
        catch (DllNotFoundException)
        {
            throw new InvalidDataException(
                $"it is compressed with xz, and {XzLibrary.Name} is not installed (Debian package {XzLibrary.Package})");
        }
        finally
        {
            if (stream.Internal != null)
                lzma_end(&stream);
        }
    }

    private static byte[] Decode(LzmaStream* stream, byte[] data)
    {
        DecodedBytes decoded = new();
        byte[] buffer = new byte[DecodedBytes.ChunkSize];
        fixed (byte* input = data)
        fixed (byte* output = buffer)
        {
            stream->NextIn = input;
            stream->AvailIn = (nuint)data.Length;
            while (true)
            {
                stream->NextOut = output;
                stream->AvailOut = (nuint)buffer.Length;
                int result = lzma_code(stream, Run);
                decoded.Append(buffer.AsSpan(0, buffer.Length - (int)stream->AvailOut));
                if (result == StreamEnd)
                    return decoded.ToArray();
                // Without output and without input left the stream ends too early.
                if (result != Ok || (stream->AvailOut == (nuint)buffer.Length && stream->AvailIn == 0))
                    throw new InvalidDataException($"its xz data is damaged or incomplete (lzma_code: {result})");
            }
        }
    }

    [LibraryImport(XzLibrary.Name)]
    private static partial int lzma_stream_decoder(LzmaStream* stream, ulong memoryLimit, uint flags);

    [LibraryImport(XzLibrary.Name)]
    private static partial int lzma_code(LzmaStream* stream, int action);

    [LibraryImport(XzLibrary.Name)]
    private static partial void lzma_end(LzmaStream* stream);

    /// <summary>lzma_stream of lzma/base.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct LzmaStream
    {
        internal byte* NextIn;
        internal nuint AvailIn;
        internal ulong TotalIn;
        internal byte* NextOut;
        internal nuint AvailOut;
        internal ulong TotalOut;
        internal void* Allocator;
        internal void* Internal;
        internal fixed ulong Reserved[10];
    }
}
