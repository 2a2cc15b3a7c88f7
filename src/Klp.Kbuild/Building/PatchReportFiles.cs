using System.Text;
using Klp.Kbuild.Patching;
using Klp.Kbuild.Reports;
using Klp.Kernel.Files;

namespace Klp.Kbuild.Building;

/// <summary>The files by which a build explains what became of patches.</summary>
public static class PatchReportFiles
{
    /// <summary>Their names: the report for people, as a page and as text, and the explanation for programs.</summary>
    public static IReadOnlyList<string> Names { get; } = ["report.html", "report.txt", "explanation.json"];

    /// <summary>Writes them.</summary>
    /// <param name="explanation">What became of the patches.</param>
    /// <param name="folder">The folder.</param>
    /// <exception cref="IOException">They cannot be written.</exception>
    public static void Write(PatchExplanation explanation, string folder)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        string[] contents = [HtmlReport.Write(explanation), TextReport.Write(explanation), explanation.ToJson() + "\n"];
        foreach ((string name, string text) in Names.Zip(contents))
            AtomicFile.WriteAllBytes(Path.Combine(folder, name), Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Removes them: what an earlier build explained is not what became of the patches now.</summary>
    /// <param name="folder">The folder; it may be missing.</param>
    /// <exception cref="IOException">They cannot be removed.</exception>
    public static void Remove(string folder)
    {
        foreach (string path in Names.Select(name => Path.Combine(folder, name)).Where(File.Exists))
            File.Delete(path);
    }
}
