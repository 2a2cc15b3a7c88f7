using System.Text;
using System.Text.RegularExpressions;
using Klp.Patching.Proof;

namespace Klp.Kbuild.Patching;

/// <summary>A script of the linker, as the preprocessor leaves it.</summary>
internal static partial class LinkerScript
{
    /// <summary>Compares two of them: comments, which kbuild may keep (-C), and blanks say nothing.</summary>
    /// <returns>That they differ; null where they are the same.</returns>
    internal static ObjectDifference? Compare(byte[] tree, byte[] made) =>
        Words(tree) == Words(made) ? null : new ObjectDifference(null, null, 0, "it has another text");

    private static string Words(byte[] text) =>
        Blanks().Replace(Comments().Replace(Encoding.Latin1.GetString(text), " "), " ").Trim();

    [GeneratedRegex(@"/\*.*?\*/|^#[^\n]*$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Comments();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
