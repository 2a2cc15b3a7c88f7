using Klp.Kbuild.Patching;

namespace Klp.Kbuild.Reports;

/// <summary>The part of the page about a unit.</summary>
internal sealed class HtmlUnit(HtmlWriter html)
{
    private readonly HtmlCode code = new(html);

    internal void Write(ExplainedUnit unit, int index)
    {
        html.Open("section", "unit").Open("h2").Element("code", "", unit.Source).Close();
        html.Open("p", "owner")
            .Element("code", "", unit.Unit)
            .Text(unit.ObjectName.Length > 0 ? $", linked into {unit.ObjectName}" : "")
            .Close();
        html.Open("p", "proof").Element("b", "", unit.IsProved ? "Proof. " : "").Text(unit.Proof).Close();
        foreach ((int number, ExplainedFunction function) in unit.Functions.Index())
            WriteFunction(function, HtmlSummary.Anchor(index, number));
        foreach (ExplainedPart part in unit.Parts.Where(part => part.Changes.Count > 0 || part.Listing is not null))
            WriteCarried(part);
        WriteOtherChanges(unit);
        WriteParts([.. unit.Parts.Where(
            part => !unit.Functions.Any(
                function => part.Kind == "function" && function.Listings.Any(listing => listing.Name == part.Name)))]);
        WriteReferences(unit.References);
        html.Close();
    }

    private void WriteFunction(ExplainedFunction function, string anchor)
    {
        html.Open("details", ("open", ""), ("class", "function"), ("id", anchor));
        html.Open("summary").Element("code", "name", function.Name).Text(" ").Element("span", "reason", function.Reason).Close();
        html.Open("p", "owner").Element("code", "", function.Symbol);
        html.Text(function.Position == 0 ? "" : $", {ReportWords.Position(function.Position)}");
        html.Text(function.NewName.Length > 0 ? ", replaced by " : ", not replaced, as the patch is refused");
        if (function.NewName.Length > 0)
            html.Element("code", "", function.NewName);
        html.Close();
        code.WriteChanges(function.Changes);
        code.WriteListings(function.Listings);
        html.Close();
    }

    private void WriteCarried(ExplainedPart part)
    {
        html.Open("details", ("open", ""), ("class", "function"));
        html.Open("summary")
            .Element("code", "name", part.Name)
            .Text(" ")
            .Element("span", "reason", "changed, and taken along: it cannot be replaced itself, its callers are")
            .Close();
        code.WriteChanges(part.Changes);
        code.WriteListings(part.Listing is null ? [] : [part.Listing]);
        html.Close();
    }

    private void WriteOtherChanges(ExplainedUnit unit)
    {
        if (unit.OtherChanges.Count == 0)
            return;
        html.Element("h3", "", "Changed outside of these functions");
        code.WriteChanges(unit.OtherChanges);
    }

    private void WriteParts(IReadOnlyList<ExplainedPart> parts)
    {
        if (parts.Count == 0)
            return;
        html.Element("h3", "", "Taken along");
        HtmlTable table = new(html, "Part", "Kind", "Size", "Why");
        foreach (ExplainedPart part in parts)
        {
            table.Begin().Element("code", "", part.Name);
            table.Cell(part.Kind).Cell(FormattableString.Invariant($"{part.Size} bytes"), "number").Cell(part.Reason).End();
        }

        table.Close();
    }

    private void WriteReferences(IReadOnlyList<ExplainedReference> references)
    {
        if (references.Count == 0)
            return;
        html.Element("h3", "", "Refers to");
        HtmlTable table = new(html, "Symbol", "Object", "Position", "Source", "Resolved");
        foreach (ExplainedReference reference in references)
        {
            table.Begin().Element("code", "", reference.Name);
            table.Cell(reference.ObjectName ?? "").Cell(reference.ObjectName is null ? "" : ReportWords.Position(reference.Position));
            table.Cell(reference.SourceFile ?? "", "path").Cell(ReportWords.Resolved(reference)).End();
        }

        table.Close();
    }
}
