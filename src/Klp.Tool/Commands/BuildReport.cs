using System.Text;
using Klp.Kbuild.Patching;
using Klp.Kbuild.Reports;
using Klp.Kernel.Files;

namespace Klp.Tool.Commands;

/// <summary>The file that <c>--report</c> names.</summary>
internal static class BuildReport
{
    private const string Page = ".html";
    private const string Text = ".txt";

    /// <summary>Whether a file's name says in which form the report is.</summary>
    internal static bool IsName(string path) =>
        path.EndsWith(Page, StringComparison.Ordinal) || path.EndsWith(Text, StringComparison.Ordinal);

    /// <summary>Writes the report.</summary>
    /// <param name="explanation">What became of the patches.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    internal static void Write(PatchExplanation explanation, string path) =>
        AtomicFile.WriteAllBytes(
            path,
            Encoding.UTF8.GetBytes(
                path.EndsWith(Text, StringComparison.Ordinal) ? TextReport.Write(explanation) : HtmlReport.Write(explanation)));
}
