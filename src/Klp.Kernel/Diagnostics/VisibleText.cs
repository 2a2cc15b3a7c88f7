using System.Globalization;
using System.Text;

namespace Klp.Kernel.Diagnostics;

/// <summary>
/// Shows text from elsewhere as it is: what a terminal or a browser would obey instead of showing it is named, such as
/// <c>⟨U+202E⟩</c>, which turns the direction of what follows, so that code reads as other code than the compiler sees.
/// </summary>
public static class VisibleText
{
    /// <summary>A text of which each character can be seen.</summary>
    /// <param name="text">The text; line feeds and tabs stay.</param>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.All(character => character is >= ' ' and <= '~' or '\n' or '\t'))
            return text;
        StringBuilder visible = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value is '\n' or '\t' || !IsHidden(rune))
                visible.Append(rune);
            else
                visible.Append(CultureInfo.InvariantCulture, $"⟨U+{rune.Value:X4}⟩");
        }

        return visible.ToString();
    }

    // Of the spaces only one looks as what it is.
    private static bool IsHidden(Rune rune) => rune.Value != ' ' && Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
}
