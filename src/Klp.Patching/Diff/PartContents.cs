using System.Security.Cryptography;
using System.Text;
using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Patching.Diff;

/// <summary>What stands at a place of a part that counts by its contents alone.</summary>
public static class PartContents
{
    // Constants of sections that may be merged have 4 to 32 bytes.
    private const ulong LargestLiteral = 64;

    /// <summary>
    /// The string at a place, one character a byte; empty outside of the part. Its characters have the section's sh_entsize.
    /// </summary>
    /// <param name="strings">A part of strings.</param>
    /// <param name="offset">The place, in bytes from its beginning.</param>
    internal static string StringAt(UnitPart strings, long offset)
    {
        if (offset < 0 || (ulong)offset >= (ulong)strings.Contents.Length)
            return "";
        ReadOnlySpan<byte> rest = strings.Contents[(int)offset..];
        int width = (int)Math.Clamp(strings.Section.EntrySize, 1, 4), end = 0;
        while (end + width <= rest.Length && rest.Slice(end, width).ContainsAnyExcept((byte)0))
            end += width;
        return Encoding.Latin1.GetString(rest[..Math.Min(end, rest.Length)]);
    }

    /// <summary>
    /// The string that a reference means, and where in it. What is before that place belongs to it: code may go back from there.
    /// </summary>
    /// <param name="reference">A reference to a part of strings.</param>
    /// <returns>The whole string, and the place in bytes from its beginning.</returns>
    public static (string Text, long Offset) StringOf(PartReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (reference.Target is not { Kind: PartKind.Strings } strings)
            return ("", 0);
        // The compiler's label is where it begins; the assembler may have left the section and the place alone.
        long start = reference.Relocation.Symbol is { Section: not null, Type: not ElfSymbolType.Section } label
            ? (long)(label.Value - strings.Offset)
            : StartOf(strings, reference.TargetOffset);
        return (StringAt(strings, start), reference.TargetOffset - start);
    }

    private static long StartOf(UnitPart strings, long offset)
    {
        int width = (int)Math.Clamp(strings.Section.EntrySize, 1, 4);
        if (offset % width != 0 || offset > strings.Contents.Length)
            return offset;
        while (offset >= width && strings.Contents.Slice((int)offset - width, width).ContainsAnyExcept((byte)0))
            offset -= width;
        return offset;
    }

    /// <summary>The constant at a place in hexadecimal digits; null where the section's constants may not be merged.</summary>
    internal static string? LiteralAt(UnitPart part, long offset)
    {
        ElfSection section = part.Section;
        ulong start = (ulong)offset + part.Offset;
        if (!section.Flags.HasFlag(ElfSectionFlags.Merge) || section.EntrySize is 0 or > LargestLiteral || start % section.EntrySize != 0
            || start > section.Size || section.Size - start < section.EntrySize || !section.HasContents)
        {
            return null;
        }

        return Convert.ToHexString(part.Section.Contents.Slice((int)start, (int)section.EntrySize));
    }

    /// <summary>A short text that stands for contents too long to be shown.</summary>
    internal static string Digest(string contents) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(contents)))[..8];
}
