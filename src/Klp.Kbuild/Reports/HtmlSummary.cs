using Klp.Kbuild.Patching;

namespace Klp.Kbuild.Reports;

/// <summary>The beginning of the page: what is replaced in which kernel, from which patches, and what there was to tell.</summary>
internal sealed class HtmlSummary(HtmlWriter html, PatchExplanation explanation)
{
    internal void Write()
    {
        html.Open("header").Element("h1", "", ReportWords.Title(explanation));
        html.Open("p", explanation.IsRefused ? "outcome refused" : "outcome").Text(ReportWords.Outcome(explanation));
        if (ReportWords.Findings(explanation) is { Length: > 0 } findings)
            html.Text(" ").Open("a", ("href", "#findings")).Text(findings).Close();
        html.Close().Close();
        WriteFunctions();
        WriteCallbacks();
        WriteFindings();
        WriteInputs();
    }

    /// <summary>The name by which the page refers to a function of a unit.</summary>
    internal static string Anchor(int unit, int function) => FormattableString.Invariant($"unit{unit}-function{function}");

    private void WriteFunctions()
    {
        if (!explanation.Functions.Any())
            return;
        html.Open("section").Element("h2", "", explanation.IsRefused ? "Functions that change" : "Replaced functions");
        HtmlTable table = new(html, "Function", "Object", "Source", "Why it is in", "Lines", "Instructions");
        foreach ((int index, ExplainedUnit unit) in explanation.Units.Index())
        {
            foreach ((int number, ExplainedFunction function) in unit.Functions.Index())
            {
                table.Begin().Open("a", ("href", "#" + Anchor(index, number))).Element("code", "", function.Name).Close();
                table.Cell(unit.ObjectName).Cell(unit.Source, "path").Cell(function.Reason);
                table.Cell(ReportWords.Lines(function.Changes), "number").Cell(ReportWords.Instructions(function), "number").End();
            }
        }

        foreach (ExplainedFunction function in explanation.IsRefused ? [] : explanation.Written)
        {
            table.Begin().Element("code", "", function.Name);
            table.Cell(function.ObjectName).Cell("").Cell(function.Reason).Cell("", "number").Cell("", "number").End();
        }

        table.Close();
        html.Close();
    }

    private void WriteCallbacks()
    {
        if (explanation.Callbacks.Count == 0 || explanation.IsRefused)
            return;
        html.Open("section").Element("h2", "", "Callbacks");
        HtmlTable table = new(html, "Function", "Object", "Callback", "When", "Why it is in");
        foreach (ExplainedCallback callback in explanation.Callbacks)
        {
            table.Begin().Element("code", "", callback.Function);
            table.Cell(callback.ObjectName).Cell(callback.Kind, "path").Cell(ReportWords.Called(callback)).Cell(callback.Reason).End();
        }

        table.Close();
        html.Close();
    }

    private void WriteFindings()
    {
        if (explanation.Findings.Count + explanation.Notes.Count == 0)
            return;
        html.Open("section", ("id", "findings")).Element("h2", "", explanation.IsRefused ? "Why it is refused" : "Warnings and notes");
        foreach (ExplainedFinding finding in explanation.Findings.OrderBy(
            finding => finding.Severity == "error" ? 0 : finding.Severity == "warning" ? 1 : 2))
        {
            html.Open("div", "finding " + finding.Severity)
                .Open("p", "label")
                .Element("b", "", finding.Severity == "info" ? "note" : finding.Severity);
            html.Text(" ").Element("code", "", finding.Code);
            if (finding.Place is not null)
                html.Text(" ").Element("code", "place", finding.Place);
            html.Close().Element("p", "message", finding.Message).Close();
        }

        foreach (string note in explanation.Notes)
            html.Open("div", "finding info").Element("p", "message", note).Close();
        html.Close();
    }

    private void WriteInputs()
    {
        html.Open("section").Element("h2", "", "Made from");
        html.Open("dl");
        foreach (ExplainedPatch patch in explanation.Patches)
        {
            html.Element("dt", "", "Patch").Open("dd").Element("code", "", patch.Name);
            html.Open("small").Text(" SHA-256 ").Element("code", "hash", patch.Sha256 ?? "not read").Close().Close();
        }

        if (explanation.Kernel is { } kernel)
        {
            html.Element("dt", "", "Kernel").Open("dd").Text($"{kernel.Release}, {kernel.Architecture}");
            if (kernel.BuildId is not null)
                html.Open("small").Text(" build id ").Element("code", "hash", kernel.BuildId).Close();
            html.Close();
            if (kernel.Compiler is not null)
                html.Element("dt", "", "Compiler").Element("dd", "", kernel.Compiler);
        }

        foreach (ExplainedFile file in explanation.Files)
        {
            html.Element("dt", "", "File").Open("dd").Element("code", "", file.Path);
            html.Element("small", "", $" {(file.IsNew ? "new, " : "")}{ReportWords.Lines(file.Changes)} lines").Close();
        }

        html.Close().Close();
    }
}
