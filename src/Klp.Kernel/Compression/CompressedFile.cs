using Klp.Kernel.Files;

namespace Klp.Kernel.Compression;

/// <summary>
/// Files that may be compressed as the kernel's build compresses modules and images (gzip, xz, zstd), told by their first
/// bytes and not by their names.
/// </summary>
public static class CompressedFile
{
    /// <summary>The largest decompressed file that is accepted, in bytes: a guard against a file that claims to be endless.</summary>
    public const int MaxSize = 1 << 30;

    internal static ReadOnlySpan<byte> GzipMagic => [0x1f, 0x8b, 0x08];

    private static ReadOnlySpan<byte> XzMagic => [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0x00];

    private static ReadOnlySpan<byte> ZstdMagic => [0x28, 0xb5, 0x2f, 0xfd];

    /// <summary>Reads a file, decompressed where it is compressed.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">
    /// The compressed data is damaged or larger than <see cref="MaxSize"/>, or its library is not installed.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static byte[] ReadAllBytes(string path) => Decompress(InputFile.ReadAllBytes(path), path);

    /// <summary>Decompresses data that is compressed; returns other data as it is.</summary>
    /// <param name="data">The data; what follows the end of the compressed stream is ignored.</param>
    /// <param name="name">The file it is from, for messages.</param>
    /// <exception cref="InvalidDataException">
    /// The compressed data is damaged or larger than <see cref="MaxSize"/>, or its library is not installed.
    /// </exception>
    public static byte[] Decompress(byte[] data, string name)
    {
        ArgumentNullException.ThrowIfNull(data);
        try
        {
            if (data.AsSpan().StartsWith(GzipMagic))
                return GzipDecoder.Decode(data);
            if (data.AsSpan().StartsWith(XzMagic))
                return XzDecoder.Decode(data);
            if (data.AsSpan().StartsWith(ZstdMagic))
                return ZstdDecoder.Decode(data);
            return data;
        }
        catch (InvalidDataException problem)
        {
            throw new InvalidDataException($"{name}: {problem.Message}", problem);
        }
    }

    /// <summary>True for the start of a stream that <see cref="Decompress"/> knows.</summary>
    internal static bool IsCompressed(ReadOnlySpan<byte> data) =>
        data.StartsWith(GzipMagic) || data.StartsWith(XzMagic) || data.StartsWith(ZstdMagic);
}
