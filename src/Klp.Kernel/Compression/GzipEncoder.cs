using System.IO.Compression;

namespace Klp.Kernel.Compression;

/// <summary>Encodes gzip (RFC 1952) without a name and a time, as <c>gzip -n</c> does.</summary>
internal static class GzipEncoder
{
    internal static byte[] Encode(byte[] data)
    {
        using MemoryStream encoded = new();
        using (GZipStream stream = new(encoded, CompressionLevel.Optimal, leaveOpen: true))
            stream.Write(data);
        return encoded.ToArray();
    }
}
