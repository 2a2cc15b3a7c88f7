using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Klp.Kernel.Compression;

/// <summary>
/// Encodes .xz through liblzma (lzma/container.h) as <c>xz --check=crc32 --lzma2=dict=1MiB</c> does: the kernel's decoder
/// knows no larger check.
/// </summary>
internal static unsafe partial class XzEncoder
{
    private const int Ok = 0;
    private const uint DefaultPreset = 6;
    private const int CheckCrc32 = 1;
    private const ulong Lzma2 = 0x21;
    private const ulong EndOfFilters = ulong.MaxValue;
    private const uint DictionarySize = 1 << 20;

    // sizeof(lzma_options_lzma) is 112 where pointers have 8 bytes, and a later version only uses what is reserved in it.
    private const int OptionsSize = 256;

    internal static byte[] Encode(byte[] data)
    {
        Span<byte> options = stackalloc byte[OptionsSize];
        options.Clear();
        byte[] encoded = new byte[checked((int)lzma_stream_buffer_bound((nuint)data.Length))];
        nuint length = 0;
        fixed (byte* input = data)
        fixed (byte* output = encoded)
        fixed (byte* lzma = options)
        {
            if (lzma_lzma_preset(lzma, DefaultPreset) != 0)
                throw new InvalidDataException("liblzma could not be started");
            // Its first field is dict_size.
            BinaryPrimitives.WriteUInt32LittleEndian(options, DictionarySize);
            LzmaFilter* filters = stackalloc LzmaFilter[2];
            filters[0] = new LzmaFilter { Id = Lzma2, Options = lzma };
            filters[1] = new LzmaFilter { Id = EndOfFilters };
            int result = lzma_stream_buffer_encode(
                filters, CheckCrc32, null, input, (nuint)data.Length, output, &length, (nuint)encoded.Length);
            if (result != Ok)
                throw new InvalidDataException($"it cannot be compressed with xz (lzma_stream_buffer_encode: {result})");
        }

        return encoded[..(int)length];
    }

    [LibraryImport(XzLibrary.Name)]
    private static partial nuint lzma_stream_buffer_bound(nuint size);

    [LibraryImport(XzLibrary.Name)]
    private static partial byte lzma_lzma_preset(byte* options, uint preset);

    [LibraryImport(XzLibrary.Name)]
    private static partial int lzma_stream_buffer_encode(
        LzmaFilter* filters,
        int check,
        void* allocator,
        byte* input,
        nuint inputSize,
        byte* output,
        nuint* outputPosition,
        nuint outputSize);

    /// <summary>lzma_filter of lzma/filter.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct LzmaFilter
    {
        internal ulong Id;
        internal byte* Options;
    }
}
