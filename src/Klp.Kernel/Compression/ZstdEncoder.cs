using System.Runtime.InteropServices;

namespace Klp.Kernel.Compression;

/// <summary>Encodes Zstandard through libzstd (zstd.h, "Advanced compression API") as <c>zstd</c> does: level 3, with a checksum.</summary>
internal static unsafe partial class ZstdEncoder
{
    private const int CompressionLevel = 100; // ZSTD_c_compressionLevel
    private const int ChecksumFlag = 201; // ZSTD_c_checksumFlag
    private const int DefaultLevel = 3;

    internal static byte[] Encode(byte[] data)
    {
        byte[] encoded = new byte[checked((int)ZSTD_compressBound((nuint)data.Length))];
        void* context = ZSTD_createCCtx();
        try
        {
            Check(ZSTD_CCtx_setParameter(context, CompressionLevel, DefaultLevel));
            Check(ZSTD_CCtx_setParameter(context, ChecksumFlag, 1));
            fixed (byte* input = data)
            fixed (byte* output = encoded)
                return encoded[..(int)Check(ZSTD_compress2(context, output, (nuint)encoded.Length, input, (nuint)data.Length))];
        }
        finally
        {
            _ = ZSTD_freeCCtx(context);
        }
    }

    private static nuint Check(nuint result) =>
        ZSTD_isError(result) == 0 ? result : throw new InvalidDataException("it cannot be compressed with zstd");

    [LibraryImport(ZstdLibrary.Name)]
    private static partial nuint ZSTD_compressBound(nuint size);

    [LibraryImport(ZstdLibrary.Name)]
    private static partial void* ZSTD_createCCtx();

    [LibraryImport(ZstdLibrary.Name)]
    private static partial nuint ZSTD_freeCCtx(void* context);

    [LibraryImport(ZstdLibrary.Name)]
    private static partial nuint ZSTD_CCtx_setParameter(void* context, int parameter, int value);

    [LibraryImport(ZstdLibrary.Name)]
    private static partial nuint ZSTD_compress2(void* context, byte* output, nuint outputSize, byte* input, nuint inputSize);

    [LibraryImport(ZstdLibrary.Name)]
    private static partial uint ZSTD_isError(nuint result);
}
