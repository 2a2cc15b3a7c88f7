using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Klp.Kernel.Compression;

/// <summary>Encodes Zstandard as <c>zstd</c> does: level 3, with a checksum.</summary>
internal static class ZstdEncoder
{
    private const int DefaultLevel = 3;

    internal static byte[] Encode(byte[] data)
    {
        using Compressor compressor = new(DefaultLevel);
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        return compressor.Wrap(data).ToArray();
    }
}
