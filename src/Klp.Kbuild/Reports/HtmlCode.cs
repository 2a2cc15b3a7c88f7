using System.Globalization;
using Klp.Kbuild.Disassembly;
using Klp.Kbuild.Patching;

namespace Klp.Kbuild.Reports;

/// <summary>Source lines and instructions, before and after.</summary>
internal sealed class HtmlCode(HtmlWriter html)
{
    /// <summary>Writes what a patch changes in the source.</summary>
    internal void WriteChanges(IReadOnlyList<ExplainedChange> changes)
    {
        foreach (ExplainedChange change in changes)
        {
            html.Open("figure", "change")
                .Element("figcaption", "", ReportWords.Place(change))
                .Open("div", "scroll")
                .Open("table", "source")
                .Open("tbody");
            WriteLines(change.Deleted, change.OriginalLine, "removed", "−");
            WriteLines(change.Added, change.PatchedLine, "added", "+");
            html.Close().Close().Close().Close();
        }
    }

    /// <summary>Writes how functions changed.</summary>
    internal void WriteListings(IReadOnlyList<FunctionListing> listings)
    {
        foreach (FunctionListing listing in listings)
        {
            html.Open("figure", "listing").Element("figcaption", "", ReportWords.Sizes(listing));
            if (listing.Rows.Count > 0)
            {
                html.Open("div", "scroll").Open("table", "code").Open("tbody");
                foreach (ListingRow row in listing.Rows)
                    WriteRow(row);
                html.Close().Close().Close();
            }

            if (listing.Note is not null)
                html.Element("p", "note", listing.Note);
            html.Close();
        }
    }

    private void WriteLines(IReadOnlyList<string> lines, int first, string className, string sign)
    {
        foreach ((int index, string line) in lines.Index())
        {
            html.Open("tr", className)
                .Element("td", "at", (first + index).ToString(CultureInfo.InvariantCulture))
                .Element("td", "sign", sign);
            html.Open("td", "text").Element("code", "", line).Close().Close();
        }
    }

    private void WriteRow(ListingRow row)
    {
        if (row.Kind == ListingRowKind.Skipped)
        {
            html.Open("tr", "skipped")
                .Open("td", ("colspan", "4"))
                .Text($"{ReportWords.Count(row.Skipped, "instruction")} as before")
                .Close()
                .Close();
            return;
        }

        html.Open("tr", row.Kind.ToString().ToLowerInvariant());
        WriteSide(row.Original, "original");
        WriteSide(row.Patched, "patched");
        html.Close();
    }

    private void WriteSide(ListedInstruction? instruction, string side)
    {
        if (instruction is null)
        {
            html.Element("td", $"at {side} none", "").Element("td", $"text {side} none", "");
            return;
        }

        html.Element("td", $"at {side}", string.Create(CultureInfo.InvariantCulture, $"{instruction.Offset:x}"));
        html.Open("td", $"text {side}").Element("code", "", instruction.Text);
        if (instruction.Reference is not null)
            html.Text(" ").Element("span", "reference", instruction.Reference);
        html.Close();
    }
}
