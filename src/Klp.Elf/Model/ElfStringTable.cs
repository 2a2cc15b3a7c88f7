using System.Text;
using Klp.Elf.Constants;

namespace Klp.Elf.Model;

/// <summary>
/// A string table (SHT_STRTAB). What was read of it stays where it was, so the offsets that are in use stay right. New names of
/// sections and symbols are appended when the object is written; each time anew, so that a name that went leaves nothing behind.
/// </summary>
public sealed class ElfStringTable : ElfSection
{
    private readonly Dictionary<string, uint> added = new(StringComparer.Ordinal);
    private readonly List<byte> bytes;
    private readonly int kept;

    /// <summary>Creates a string table.</summary>
    /// <param name="name">The name, its dot included.</param>
    /// <param name="contents">The strings; copied.</param>
    public ElfStringTable(string name, ReadOnlySpan<byte> contents)
        : base(name, ElfSectionType.StringTable)
    {
        bytes = [.. contents];
        kept = bytes.Count;
    }

    /// <inheritdoc/>
    public override ulong Size => (ulong)bytes.Count;

    /// <summary>
    /// The string at an offset, one character a byte (ISO 8859-1), or null when it does not start and end inside the table.
    /// </summary>
    /// <param name="offset">Offset in bytes.</param>
    public string? Find(uint offset)
    {
        if (offset >= (uint)bytes.Count)
            return offset == 0 ? "" : null;
        int end = bytes.IndexOf(0, (int)offset);
        return end < 0 ? null : Encoding.Latin1.GetString([.. bytes[(int)offset..end]]);
    }

    /// <summary>Forgets what <see cref="Add"/> appended.</summary>
    internal void Reset()
    {
        bytes.RemoveRange(kept, bytes.Count - kept);
        added.Clear();
    }

    /// <summary>Appends a string, unless this method appended the same one before.</summary>
    /// <param name="text">The string, one character a byte (ISO 8859-1), without NUL.</param>
    /// <returns>Its offset in bytes.</returns>
    /// <exception cref="InvalidOperationException">The string has a character that a string table cannot hold.</exception>
    internal uint Add(string text)
    {
        // A string table begins with the empty string (gABI, "String Table").
        if (bytes.Count == 0)
            bytes.Add(0);
        if (text.Length == 0 && bytes[0] == 0)
            return 0;
        if (added.TryGetValue(text, out uint offset))
            return offset;
        int refused = text.AsSpan().IndexOfAnyExceptInRange('\u0001', '\u00ff');
        if (refused >= 0)
            throw new InvalidOperationException(
                $"The name '{text}' has the character U+{(int)text[refused]:X4}; a string table holds U+0001 to U+00FF.");

        offset = (uint)bytes.Count;
        bytes.AddRange(Encoding.Latin1.GetBytes(text));
        bytes.Add(0);
        added.Add(text, offset);
        return offset;
    }

    internal byte[] ToArray() => [.. bytes];
}
