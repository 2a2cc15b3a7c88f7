using System.Text;

namespace Klp.Kbuild.Ide;

/// <summary>Splits a shell command into words (POSIX.1-2017, Shell Command Language, 2.2 Quoting); knows no expansions.</summary>
internal static class ShellWords
{
    /// <summary>The words of the first command of a line: what is after <c>;</c>, <c>&amp;</c> or <c>|</c> is another.</summary>
    internal static IReadOnlyList<string> Split(string line)
    {
        List<string> words = [];
        StringBuilder? word = null;
        char quote = '\0';
        for (int at = 0; at < line.Length; at++)
        {
            char c = line[at];
            if (quote != '\0')
            {
                if (c == quote)
                    quote = '\0';
                else
                    word!.Append(IsEscape(line, at, quote) ? line[++at] : c);
            }
            else if (c is '\'' or '"')
            {
                quote = c;
                word ??= new StringBuilder();
            }
            else if (c is ';' or '&' or '|')
            {
                break;
            }
            else if (char.IsWhiteSpace(c))
            {
                if (word is not null)
                    words.Add(word.ToString());
                word = null;
            }
            else
            {
                (word ??= new StringBuilder()).Append(IsEscape(line, at, quote) ? line[++at] : c);
            }
        }

        if (word is not null)
            words.Add(word.ToString());
        return words;
    }

    // Between single quotes a backslash is one; between double quotes it is, but before the characters that mean something there.
    private static bool IsEscape(string line, int at, char quote) =>
        line[at] == '\\' && at + 1 < line.Length && quote switch
        {
            '\0' => true,
            '"' => line[at + 1] is '"' or '\\' or '$' or '`',
            _ => false,
        };
}
