using System.Text;

namespace Klp.Elf;

/// <summary>
/// A string table (SHT_STRTAB). Strings are only ever appended, so the offsets that are in use stay right
/// and the bytes that were there stay where they were.
/// </summary>
public sealed class ElfStringTable : ElfSection
{
    private readonly Dictionary<string, uint> added = new(StringComparer.Ordinal);
    private readonly List<byte> bytes;

    internal ElfStringTable(string name, byte[] contents)
        : base(name, ElfSectionType.StringTable) => bytes = [.. contents];

    /// <inheritdoc/>
    public override ulong Size => (ulong)bytes.Count;

    /// <summary>The string at an offset, one character a byte (ISO 8859-1), or null when it does not start and end inside the table.</summary>
    /// <param name="offset">Offset in bytes.</param>
    public string? Find(uint offset)
    {
        if (offset >= (uint)bytes.Count)
            return offset == 0 ? "" : null;
        int end = bytes.IndexOf(0, (int)offset);
        return end < 0 ? null : Encoding.Latin1.GetString([.. bytes[(int)offset..end]]);
    }

    /// <summary>Appends a string, unless this method appended the same one before.</summary>
    /// <param name="text">The string, one character a byte (ISO 8859-1), without NUL.</param>
    /// <returns>Its offset in bytes.</returns>
    internal uint Add(string text)
    {
        if (text.Length == 0 && bytes.Count > 0 && bytes[0] == 0)
            return 0;
        if (added.TryGetValue(text, out uint offset))
            return offset;
        if (bytes.Count == 0)
            bytes.Add(0);

        offset = (uint)bytes.Count;
        bytes.AddRange(Encoding.Latin1.GetBytes(text));
        bytes.Add(0);
        added.Add(text, offset);
        return offset;
    }

    internal byte[] ToArray() => [.. bytes];
}
