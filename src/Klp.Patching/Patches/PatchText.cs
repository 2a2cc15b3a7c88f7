using System.Globalization;
using System.Text;

namespace Klp.Patching.Patches;

/// <summary>Files as lines. A byte is a character of the same number, so that whatever a file holds comes back as it was.</summary>
internal static class PatchText
{
    private const int ExcerptLength = 80;

    /// <summary>The lines of a file, each with its line feed.</summary>
    internal static List<string> Lines(byte[] contents)
    {
        List<string> lines = [];
        ReadOnlySpan<byte> rest = contents;
        while (!rest.IsEmpty)
        {
            int length = rest.IndexOf((byte)'\n') + 1;
            length = length == 0 ? rest.Length : length;
            lines.Add(Encoding.Latin1.GetString(rest[..length]));
            rest = rest[length..];
        }

        return lines;
    }

    /// <summary>The file that has the lines.</summary>
    internal static byte[] Bytes(IEnumerable<string> lines) => Encoding.Latin1.GetBytes(string.Concat(lines));

    /// <summary>A line without its end.</summary>
    internal static string WithoutEnd(string line) => line.EndsWith("\r\n", StringComparison.Ordinal) ? line[..^2]
        : line.EndsWith('\n') ? line[..^1] : line;

    /// <summary>A line without its end, its bytes read as UTF-8.</summary>
    internal static string Readable(string line) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(WithoutEnd(line)));

    /// <summary>True for a line that ends as lines of DOS do.</summary>
    internal static bool IsCrlf(string line) => line.EndsWith("\r\n", StringComparison.Ordinal);

    /// <summary>A line for a message, in printable ASCII: a terminal obeys other characters.</summary>
    internal static string Excerpt(string line)
    {
        StringBuilder excerpt = new();
        string text = line.EndsWith('\n') ? line[..^1] : line;
        foreach (char character in text)
        {
            if (excerpt.Length >= ExcerptLength)
                return excerpt.Append("...").ToString();
            excerpt.Append(character switch
            {
                '\t' => "\\t",
                '\r' => "\\r",
                >= ' ' and <= '~' => character.ToString(),
                _ => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}"),
            });
        }

        return excerpt.ToString();
    }
}
