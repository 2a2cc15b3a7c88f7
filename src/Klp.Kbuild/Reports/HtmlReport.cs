using Klp.Kbuild.Patching;

namespace Klp.Kbuild.Reports;

/// <summary>
/// The report of patches as a page: one file, without scripts and without anything from elsewhere, for the screen in light and
/// dark, and for paper.
/// </summary>
public static class HtmlReport
{
    private static readonly Lazy<string> Style = new(ReadStyle);

    /// <summary>Makes the page.</summary>
    /// <param name="explanation">What became of the patches.</param>
    /// <returns>HTML in UTF-8.</returns>
    public static string Write(PatchExplanation explanation)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        HtmlWriter html = new();
        html.Raw("<!DOCTYPE html>\n").Open("html", ("lang", "en")).Open("head").Raw("<meta charset=\"utf-8\">\n");
        // Were there a way to bring in something that runs, it would not.
        html.Raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
        html.Raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.Element("title", "", ReportWords.Title(explanation));
        html.Open("style").Raw(Style.Value).Close().Close().Open("body");
        new HtmlSummary(html, explanation).Write();
        HtmlUnit units = new(html);
        foreach ((int index, ExplainedUnit unit) in explanation.Units.Index().Where(pair => !pair.Item.IsUnaffected))
            units.Write(unit, index);
        WriteUnaffected(html, [.. explanation.Units.Where(unit => unit.IsUnaffected)]);
        html.Open("footer")
            .Open("p")
            .Text(
                "That a livepatch builds, is valid and loads does not make it right: locking order, data formats and what old "
                + "code left behind no tool "
                + "can judge. docs/patches.md of Klp.Sdk says what to think through, and how to read this page.").Close().Close();
        html.Close().Close();
        return html.ToString();
    }

    private static void WriteUnaffected(HtmlWriter html, IReadOnlyList<ExplainedUnit> units)
    {
        if (units.Count == 0)
            return;
        html.Open("section").Element("h2", "", "Not affected");
        html.Element(
            "p",
            "",
            $"{ReportWords.Count(units.Count, "unit")} that {(units.Count == 1 ? "is" : "are")} made from a patched file: with the "
            + "patch the compiler makes "
            + "the kernel's own object of it, so nothing of it is in the livepatch.");
        html.Open("ul", "columns");
        foreach (ExplainedUnit unit in units)
            html.Open("li").Element("code", "", unit.Source).Close();
        html.Close().Close();
    }

    private static string ReadStyle()
    {
        using Stream stream = typeof(HtmlReport).Assembly.GetManifestResourceStream("report.css")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
