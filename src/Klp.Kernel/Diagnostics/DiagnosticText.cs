using System.Globalization;
using System.Text;

namespace Klp.Kernel.Diagnostics;

/// <summary>Makes texts from elsewhere fit for a message.</summary>
internal static class DiagnosticText
{
    private const int ExcerptLength = 80;

    /// <summary>The beginning of a text that a file holds, in printable ASCII: a terminal obeys other characters.</summary>
    internal static string Excerpt(string text)
    {
        StringBuilder excerpt = new();
        foreach (char character in text)
        {
            if (excerpt.Length >= ExcerptLength)
                return excerpt.Append("...").ToString();
            excerpt.Append(character switch
            {
                '\t' => "\\t",
                >= ' ' and <= '~' => character.ToString(),
                <= '\xff' => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}"),
                _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
            });
        }

        return excerpt.ToString();
    }

    /// <summary>A text as a sentence: with a full stop, unless it has an end already.</summary>
    internal static string Sentence(string text) => text is [.., '.' or '?' or '!'] ? text : text + ".";
}
