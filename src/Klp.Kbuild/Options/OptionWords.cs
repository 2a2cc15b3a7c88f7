using System.Text;

namespace Klp.Kbuild.Options;

/// <summary>
/// Splits options into words (POSIX.1-2017, Shell Command Language, 2.2 Quoting). The project's own folder needs no quotes:
/// <c>$(MSBuildProjectDirectory)</c> in an option is the same word whatever characters it has.
/// </summary>
/// <param name="text">The options.</param>
/// <param name="projectDirectory">The project's folder.</param>
internal sealed class OptionWords(string text, string projectDirectory)
{
    private int at;

    /// <summary>The words.</summary>
    internal IReadOnlyList<OptionWord> Split()
    {
        List<OptionWord> words = [];
        for (at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
                at++;
            else
                words.Add(Next());
        }

        return words;
    }

    private OptionWord Next()
    {
        int start = at;
        StringBuilder value = new();
        bool hasReference = false;
        char quote = '\0';
        for (; at < text.Length && (quote != '\0' || !char.IsWhiteSpace(text[at])); at++)
        {
            char c = text[at];
            if (IsProject())
            {
                value.Append(projectDirectory);
                at += projectDirectory.Length - 1;
            }
            else if (c == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && c is '\'' or '"' && quote == '\0')
            {
                quote = c;
            }
            else if (c == '\\' && quote != '\'' && at + 1 < text.Length)
            {
                value.Append(text[++at]);
            }
            else if (c == '$')
            {
                // Make's, also between single quotes; a call of a function is one word.
                hasReference = true;
                int end = EndOfReference();
                value.Append(text, at, end - at);
                at = end - 1;
            }
            else
            {
                value.Append(c);
            }
        }

        return new OptionWord(text[start..at], value.ToString(), hasReference);
    }

    private int EndOfReference()
    {
        int depth = 0;
        for (int end = at + 1; end < text.Length; end++)
        {
            if (text[end] is '(' or '{')
                depth++;
            else if (text[end] is ')' or '}')
                depth--;
            if (depth == 0)
                return end + 1;
        }

        return text.Length;
    }

    private bool IsProject()
    {
        int end = at + projectDirectory.Length;
        return string.CompareOrdinal(text, at, projectDirectory, 0, projectDirectory.Length) == 0
            && (end == text.Length || text[end] is '/' or '"' or '\'' || char.IsWhiteSpace(text[end]));
    }
}
