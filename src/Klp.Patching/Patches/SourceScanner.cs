using System.Text;

namespace Klp.Patching.Patches;

/// <summary>
/// Follows C source line by line as far as needed to know where a directive may stand before a line. Which macros there are is not
/// known, nor which alternatives of #if the compiler takes; where these leave different parentheses open, the most count, up to the
/// end of the function.
/// </summary>
internal sealed class SourceScanner
{
    private readonly Stack<ConditionalGroup> groups = new();
    private readonly StringBuilder code = new();
    private bool isInComment;
    private bool isContinued;
    private bool isDirective;
    private bool isDisagreed;
    private int depth;

    // Of a line that a backslash continues.
    private bool hasToken;
    private bool isInLineComment;
    private char quote;

    /// <summary>True where a directive may stand before the next line.</summary>
    internal bool IsSafe => !isInComment && !isContinued && depth == 0;

    /// <summary>In how many groups of <c>#if</c> the next line is.</summary>
    internal int Nesting => groups.Count;

    /// <summary>True where the next line goes on with a comment, or with a line that ended in a backslash.</summary>
    internal bool IsUnfinished => isInComment || isContinued;

    /// <summary>What the last line has beside comments, and blanks outside of strings.</summary>
    internal string Code => code.ToString();

    /// <summary>What stands behind the <c>#</c> of a directive that the last line begins; null where it begins none.</summary>
    internal string? Directive { get; private set; }

    /// <summary>The first character of the last line that is no blank and no comment; NUL where there is none.</summary>
    internal char FirstToken { get; private set; }

    /// <summary>Goes on by a line.</summary>
    /// <returns>True where it ends a group of <c>#if</c>, or begins another alternative of it.</returns>
    internal bool Scan(string line)
    {
        string text = PatchText.WithoutEnd(line);
        if (!isContinued)
            (isDirective, hasToken, isInLineComment, quote) = (false, false, false, '\0');
        FirstToken = '\0';
        Directive = null;
        code.Clear();
        bool endsGroup = ScanText(text);
        isContinued = text.TrimEnd().EndsWith('\\');
        if (isDisagreed && text.TrimEnd() is "}" or "};")
            Resume();
        return endsGroup;
    }

    private bool ScanText(string text)
    {
        bool endsGroup = false;
        for (int at = 0; at < text.Length; at++)
        {
            char character = text[at], next = at + 1 < text.Length ? text[at + 1] : '\0';
            if (isInComment)
            {
                int end = text.IndexOf("*/", at, StringComparison.Ordinal);
                if (end < 0)
                    break;
                isInComment = false;
                at = end + 1;
            }
            else if (isInLineComment)
            {
                break;
            }
            else if (quote != '\0')
            {
                code.Append(text, at, Math.Min(character == '\\' ? 2 : 1, text.Length - at));
                at += character == '\\' ? 1 : 0;
                quote = character == quote ? '\0' : quote;
            }
            else if (character == '/' && next == '*')
            {
                isInComment = true;
                at++;
            }
            else if (character == '/' && next == '/')
            {
                isInLineComment = true;
            }
            else if (!char.IsWhiteSpace(character))
            {
                code.Append(character);
                endsGroup |= Token(text, at);
            }
        }

        return endsGroup;
    }

    private bool Token(string text, int at)
    {
        char character = text[at];
        FirstToken = FirstToken == '\0' ? character : FirstToken;
        bool endsGroup = !hasToken && character == '#' && Begin(text[(at + 1)..].TrimStart());
        hasToken = true;
        if (character is '"' or '\'')
            quote = character;
        else if (!isDirective && character is '(' or ')')
            depth = Math.Max(0, depth + (character == '(' ? 1 : -1));
        return endsGroup;
    }

    // Each alternative of a group continues the same text before it.
    private bool Begin(string text)
    {
        isDirective = true;
        Directive = text;
        if (text.StartsWith("if", StringComparison.Ordinal))
        {
            groups.Push(new ConditionalGroup(depth, isNever: text[2..].Trim() == "0"));
            return false;
        }

        if (text.StartsWith("el", StringComparison.Ordinal) && groups.TryPeek(out ConditionalGroup? group))
        {
            group.End(depth, isElse: text.StartsWith("else", StringComparison.Ordinal));
            depth = group.Before;
            return true;
        }

        if (!text.StartsWith("endif", StringComparison.Ordinal) || !groups.TryPop(out ConditionalGroup? last))
            return false;
        (depth, bool isAgreed) = last.Finish(depth);
        isDisagreed |= !isAgreed;
        return true;
    }

    // A function's end stands in the first column, outside of all parentheses.
    private void Resume()
    {
        isDisagreed = false;
        depth = 0;
        foreach (ConditionalGroup group in groups)
            group.Before = 0;
    }
}
