using System.Text;

namespace Klp.Kbuild.Toolchain;

/// <summary>Reads the list of dependencies that a compiler, or an assembler, writes for make.</summary>
internal static class MakeDependencies
{
    /// <summary>The files that a list names after its target.</summary>
    /// <param name="text">The list: <c>x.o: x.c \</c> and so on.</param>
    internal static IReadOnlyList<string> Read(string text)
    {
        List<string> files = [];
        StringBuilder word = new();
        void End()
        {
            if (word.Length > 0)
                files.Add(word.ToString());
            word.Clear();
        }

        int begin = text.IndexOf(": ", StringComparison.Ordinal) is int colon and >= 0 ? colon + 1 : text.Length;
        for (int at = begin; at < text.Length; at++)
        {
            char next = at + 1 < text.Length ? text[at + 1] : '\n';
            // "\ " and "\#" are of the name, "$$" is a dollar.
            if (text[at] == '\\' && (next is ' ' or '#'))
                word.Append(text[++at]);
            else if (text[at] == '$' && next == '$')
                word.Append(text[++at]);
            else if (text[at] == '\\' && (next is '\n' or '\r'))
                at++;
            else if (char.IsWhiteSpace(text[at]))
                End();
            else
                word.Append(text[at]);
        }

        End();
        return files;
    }
}
