using System.Text;

namespace Klp.Kernel.Symbols;

/// <summary>Lets a dictionary of names be asked with the bytes of a line, without making a string of each line.</summary>
internal sealed class ByteNameComparer : IEqualityComparer<string>, IAlternateEqualityComparer<ReadOnlySpan<byte>, string>
{
    public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal);

    public bool Equals(ReadOnlySpan<byte> alternate, string other)
    {
        if (alternate.Length != other.Length)
            return false;
        for (int i = 0; i < alternate.Length; i++)
        {
            if (alternate[i] != other[i])
                return false;
        }

        return true;
    }

    public int GetHashCode(string obj)
    {
        uint hash = Seed;
        foreach (char character in obj)
            hash = Mix(hash, (byte)character);
        return (int)hash;
    }

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        uint hash = Seed;
        foreach (byte value in alternate)
            hash = Mix(hash, value);
        return (int)hash;
    }

    public string Create(ReadOnlySpan<byte> alternate) => Encoding.Latin1.GetString(alternate);

    // FNV-1a: the hash of a name must be the same from characters and from bytes.
    private const uint Seed = 2166136261;

    private static uint Mix(uint hash, byte value) => (hash ^ value) * 16777619;
}
