using System.Text;

namespace Klp.Elf;

/// <summary>A string in a debug section, decoded only when asked for: many entries may share a long one.</summary>
/// <param name="Section">The section, or null when the object does not have it.</param>
/// <param name="Offset">Offset in the section in bytes.</param>
internal readonly record struct DwarfString(DwarfSection? Section, ulong Offset)
{
    /// <summary>The text; null when the string does not start and end inside the section.</summary>
    internal string? Text
    {
        get
        {
            if (Section is null || Offset >= (ulong)Section.Bytes.Length)
                return null;
            ReadOnlySpan<byte> rest = Section.Bytes[(int)Offset..];
            int end = rest.IndexOf((byte)0);
            return end < 0 ? null : Encoding.UTF8.GetString(rest[..end]);
        }
    }
}
