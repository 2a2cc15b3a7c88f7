using System.Buffers;

namespace Klp.Kernel.Compression;

/// <summary>Gathers what a decoder puts out, up to <see cref="CompressedFile.MaxSize"/>; never sized by what a file claims.</summary>
internal sealed class DecodedBytes
{
    /// <summary>How much a decoder puts out at a time, in bytes.</summary>
    internal const int ChunkSize = 1 << 18;

    private readonly ArrayBufferWriter<byte> bytes = new();

    internal void Append(ReadOnlySpan<byte> chunk)
    {
        if (bytes.WrittenCount > CompressedFile.MaxSize - chunk.Length)
            throw new InvalidDataException($"decompressed it is larger than {CompressedFile.MaxSize} bytes");
        bytes.Write(chunk);
    }

    internal byte[] ToArray() => bytes.WrittenSpan.ToArray();
}
