namespace Klp.Patching.Patches;

/// <summary>Follows C source line by line as far as needed to know where a directive may stand before a line.</summary>
internal sealed class SourceScanner
{
    private readonly Stack<int> depths = new();
    private bool isInComment;
    private bool isContinued;
    private bool isDirective;
    private int depth;

    /// <summary>True where a directive may stand before the next line.</summary>
    internal bool IsSafe => !isInComment && !isContinued && depth == 0;

    /// <summary>In how many groups of <c>#if</c> the next line is.</summary>
    internal int Nesting => depths.Count;

    /// <summary>Goes on by a line.</summary>
    /// <returns>True where it ends a group of <c>#if</c>, or begins another alternative of it.</returns>
    internal bool Scan(string line)
    {
        string text = PatchText.WithoutEnd(line);
        bool endsGroup = false;
        if (!isContinued && !isInComment)
        {
            string start = text.TrimStart();
            isDirective = start.StartsWith('#');
            if (isDirective)
                endsGroup = Directive(start[1..].TrimStart());
        }

        ScanText(text);
        isContinued = text.EndsWith('\\');
        return endsGroup;
    }

    // Each alternative of a group continues the same text before it.
    private bool Directive(string name)
    {
        if (name.StartsWith("if", StringComparison.Ordinal))
        {
            depths.Push(depth);
            return false;
        }

        if (name.StartsWith("el", StringComparison.Ordinal) && depths.TryPeek(out int before))
        {
            depth = before;
            return true;
        }

        return name.StartsWith("endif", StringComparison.Ordinal) && depths.TryPop(out _);
    }

    private void ScanText(string text)
    {
        for (int at = 0; at < text.Length; at++)
        {
            if (isInComment)
            {
                int end = text.IndexOf("*/", at, StringComparison.Ordinal);
                if (end < 0)
                    return;
                isInComment = false;
                at = end + 1;
            }
            else if (text[at] == '/' && at + 1 < text.Length && text[at + 1] is '/' or '*')
            {
                if (text[at + 1] == '/')
                    return;
                isInComment = true;
                at++;
            }
            else if (text[at] is '"' or '\'')
            {
                at = EndOfLiteral(text, at);
            }
            else if (!isDirective && text[at] is '(' or ')')
            {
                depth = Math.Max(0, depth + (text[at] == '(' ? 1 : -1));
            }
        }
    }

    private static int EndOfLiteral(string text, int start)
    {
        int at = start + 1;
        while (at < text.Length && text[at] != text[start])
            at += text[at] == '\\' ? 2 : 1;
        return at;
    }
}
