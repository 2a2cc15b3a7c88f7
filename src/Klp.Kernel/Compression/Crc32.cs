namespace Klp.Kernel.Compression;

/// <summary>The checksum of gzip (RFC 1952, section 8).</summary>
internal static class Crc32
{
    /// <summary>The state before the first byte.</summary>
    internal const uint Start = uint.MaxValue;

    private const uint Polynomial = 0xedb88320;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(value => OfByte((uint)value))];

    /// <summary>The state after some more bytes.</summary>
    internal static uint Update(uint state, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
            state = Table[(byte)(state ^ value)] ^ (state >> 8);
        return state;
    }

    /// <summary>The checksum after the last byte.</summary>
    internal static uint End(uint state) => ~state;

    private static uint OfByte(uint value)
    {
        for (int bit = 0; bit < 8; bit++)
            value = (value & 1) != 0 ? Polynomial ^ (value >> 1) : value >> 1;
        return value;
    }
}
