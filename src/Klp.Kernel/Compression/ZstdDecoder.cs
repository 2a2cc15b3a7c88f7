using System.Runtime.InteropServices;

namespace Klp.Kernel.Compression;

/// <summary>Decodes Zstandard through libzstd (zstd.h, "Streaming decompression").</summary>
internal static unsafe partial class ZstdDecoder
{
    internal static byte[] Decode(byte[] data)
    {
        void* stream = null;
        try
        {
            stream = ZSTD_createDStream();
            return Decode(stream, data);
        }
        catch (DllNotFoundException)
        {
            throw new InvalidDataException($"it is compressed with zstd, and {ZstdLibrary.Name} is not installed (Debian package {ZstdLibrary.Package})");
        }
        finally
        {
            if (stream != null)
                _ = ZSTD_freeDStream(stream);
        }
    }

    private static byte[] Decode(void* stream, byte[] data)
    {
        DecodedBytes decoded = new();
        byte[] buffer = new byte[DecodedBytes.ChunkSize];
        fixed (byte* inputBytes = data)
        fixed (byte* outputBytes = buffer)
        {
            ZstdBuffer input = new() { Bytes = inputBytes, Size = (nuint)data.Length };
            while (true)
            {
                ZstdBuffer output = new() { Bytes = outputBytes, Size = (nuint)buffer.Length };
                nuint result = ZSTD_decompressStream(stream, &output, &input);
                if (ZSTD_isError(result) != 0)
                    throw new InvalidDataException("its zstd data is damaged");
                decoded.Append(buffer.AsSpan(0, (int)output.Position));
                if (result == 0)
                    return decoded.ToArray();
                if (input.Position == input.Size && output.Position < output.Size)
                    throw new InvalidDataException("its zstd data is incomplete");
            }
        }
    }

    [LibraryImport(ZstdLibrary.Name)]
    private static partial void* ZSTD_createDStream();

    [LibraryImport(ZstdLibrary.Name)]
    private static partial nuint ZSTD_freeDStream(void* stream);

    [LibraryImport(ZstdLibrary.Name)]
    private static partial nuint ZSTD_decompressStream(void* stream, ZstdBuffer* output, ZstdBuffer* input);

    [LibraryImport(ZstdLibrary.Name)]
    private static partial uint ZSTD_isError(nuint code);

    /// <summary>ZSTD_inBuffer and ZSTD_outBuffer of zstd.h, which are alike.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ZstdBuffer
    {
        internal byte* Bytes;
        internal nuint Size;
        internal nuint Position;
    }
}
