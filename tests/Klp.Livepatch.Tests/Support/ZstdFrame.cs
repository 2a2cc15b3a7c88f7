using System.Buffers.Binary;

namespace Klp.Livepatch.Tests.Support;

/// <summary>A Zstandard frame (RFC 8878, section 3.1.1) whose blocks hold the data as it is: zstd itself is not on every machine.</summary>
internal static class ZstdFrame
{
    private const int LargestBlock = 1 << 17;

    internal static byte[] Store(byte[] data)
    {
        // Single segment, with the size of the contents in 4 bytes.
        byte[] size = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(size, data.Length);
        List<byte> frame = [0x28, 0xb5, 0x2f, 0xfd, 0xa0, .. size];
        for (int start = 0; start < data.Length; start += LargestBlock)
        {
            int length = Math.Min(LargestBlock, data.Length - start);
            int header = (length << 3) | (start + length == data.Length ? 1 : 0);
            frame.AddRange([(byte)header, (byte)(header >> 8), (byte)(header >> 16)]);
            frame.AddRange(data.AsSpan(start, length));
        }

        return [.. frame];
    }
}
