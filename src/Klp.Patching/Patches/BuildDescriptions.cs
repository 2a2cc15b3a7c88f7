using System.Text.RegularExpressions;

namespace Klp.Patching.Patches;

/// <summary>
/// Makefiles and Kconfig files, and what of them is without effect: comments and blank lines, and the help texts of Kconfig (GNU make,
/// "What Makefiles Contain"; Documentation/kbuild/kconfig-language.rst).
/// </summary>
internal static partial class BuildDescriptions
{
    private const int TabWidth = 8;

    /// <summary>True for a makefile or a Kconfig file of the kernel.</summary>
    /// <param name="path">Its path from the root of the source.</param>
    internal static bool Contains(string path) => IsKconfig(path) || Path.GetFileName(path) is "Makefile" or "Kbuild"
        || Path.GetFileName(path).StartsWith("Makefile.", StringComparison.Ordinal)
        || Path.GetFileName(path).StartsWith("Kbuild.", StringComparison.Ordinal);

    /// <summary>True where two versions of a file say the same.</summary>
    /// <param name="path">The file.</param>
    /// <param name="before">Its lines, each with its line feed.</param>
    /// <param name="after">Its lines in the other version.</param>
    internal static bool AreEqual(string path, IEnumerable<string> before, IEnumerable<string> after) =>
        Effective(before, IsKconfig(path)).SequenceEqual(Effective(after, IsKconfig(path)), StringComparer.Ordinal);

    private static bool IsKconfig(string path) =>
        Path.GetFileName(path) == "Kconfig" || Path.GetFileName(path).StartsWith("Kconfig.", StringComparison.Ordinal);

    // What is not known for certain to be without effect stays: a line that goes on in the next one, what define has, and what a
    // makefile gives to the shell, as a rule with an empty recipe is another than one without.
    private static IEnumerable<string> Effective(IEnumerable<string> lines, bool isKconfig)
    {
        bool isContinued = false, isDefined = false;
        // The column in which a help text begins: 0 before its first line, null where there is none.
        int? help = null;
        foreach (string line in lines.Select(PatchText.WithoutEnd))
        {
            string text = line.Trim();
            if (help is { } begin && IsOfHelp(line, begin))
            {
                help = begin == 0 && text.Length > 0 ? ColumnOf(line) : begin;
                continue;
            }

            help = null;
            bool isComment = text.Length == 0 || text[0] == '#';
            bool isForShell = !isKconfig && line.StartsWith('\t');
            bool isWithoutEffect = isComment && !isContinued && !isDefined && !isForShell && !text.EndsWith('\\');
            isContinued = text.EndsWith('\\');
            if (isWithoutEffect)
                continue;
            help = isKconfig && text == "help" ? 0 : null;
            if (!isKconfig && Definition().IsMatch(text))
                isDefined = !text.StartsWith("endef", StringComparison.Ordinal);
            yield return line;
        }
    }

    // As scripts/kconfig/lexer.l ends a help text.
    private static bool IsOfHelp(string line, int begin) =>
        string.IsNullOrWhiteSpace(line) || (ColumnOf(line) is int column and > 0 && column >= begin);

    private static int ColumnOf(string line)
    {
        int column = 0;
        foreach (char character in line)
        {
            if (character == '\t')
                column = (column / TabWidth * TabWidth) + TabWidth;
            else if (character == ' ')
                column++;
            else
                break;
        }

        return column;
    }

    [GeneratedRegex(@"^(?:(?:override|export)\s+)*(?:define|endef)\b")]
    private static partial Regex Definition();
}
