using System.Text;

namespace Klp.DebugInfo.Dwarf;

/// <summary>A string in a debug section, decoded only when asked for: many entries may share a long one.</summary>
/// <param name="Section">The section, or null when the object does not have it.</param>
/// <param name="Offset">Offset in the section in bytes.</param>
internal readonly record struct DwarfString(DwarfSection? Section, ulong Offset)
{
    // Names are shorter. Of a damaged file each of many entries may have a long one.
    private const int MaximumBytes = 4096;

    /// <summary>The text; null when the string does not start and end inside the section, or is longer than any name.</summary>
    internal string? Text
    {
        get
        {
            ReadOnlySpan<byte> rest = Rest;
            int end = rest[..Math.Min(rest.Length, MaximumBytes)].IndexOf((byte)0);
            return end < 0 ? null : Encoding.UTF8.GetString(rest[..end]);
        }
    }

    private ReadOnlySpan<byte> Rest => Section is null || Offset >= (ulong)Section.Bytes.Length ? default : Section.Bytes[(int)Offset..];

    /// <summary>True when this is the text.</summary>
    internal bool Is(string text)
    {
        ReadOnlySpan<byte> rest = Rest;
        int end = rest.Length <= text.Length ? -1 : rest[..Math.Min(rest.Length, (3 * text.Length) + 1)].IndexOf((byte)0);
        return end >= 0 && Encoding.UTF8.GetString(rest[..end]) == text;
    }
}
