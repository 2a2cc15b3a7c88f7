using System.Text;

namespace Klp.TestAdapter;

/// <summary>Makes text of a guest fit for a terminal and for XML.</summary>
internal static class GuestText
{
    /// <summary>
    /// The text with each control character but line ends and tabs as '?': ESC and BEL would reach the user's terminal, NUL ends
    /// a TRX.
    /// </summary>
    public static string Clean(string text)
    {
        StringBuilder clean = new(text.Length);
        foreach (char c in text.Replace("\r\n", "\n", StringComparison.Ordinal))
            clean.Append((char.IsControl(c) && c is not ('\n' or '\t')) || c is '\uFFFE' or '\uFFFF' ? '?' : c);
        return clean.ToString();
    }
}
