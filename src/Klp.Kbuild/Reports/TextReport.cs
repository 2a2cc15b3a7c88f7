using System.Globalization;
using System.Text;
using Klp.Kbuild.Disassembly;
using Klp.Kbuild.Patching;
using Klp.Kernel.Diagnostics;

namespace Klp.Kbuild.Reports;

/// <summary>The report of patches as plain text.</summary>
public static class TextReport
{
    /// <summary>Makes the text.</summary>
    /// <param name="explanation">What became of the patches.</param>
    public static string Write(PatchExplanation explanation)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        StringBuilder text = new();
        text.Append(ReportWords.Title(explanation)).Append('\n').Append(ReportWords.Outcome(explanation)).Append('\n');
        WriteInputs(text, explanation);
        WriteFindings(text, explanation);
        foreach (ExplainedUnit unit in explanation.Units.Where(unit => !unit.IsUnaffected))
            WriteUnit(text, unit);
        if (!explanation.IsRefused)
            WriteWritten(text, explanation);
        ExplainedUnit[] unaffected = [.. explanation.Units.Where(unit => unit.IsUnaffected)];
        if (unaffected.Length > 0)
            Heading(text, "Not affected: with the patch the compiler makes the kernel's own object");
        foreach (ExplainedUnit unit in unaffected)
            text.Append("  ").Append(unit.Source).Append('\n');
        return VisibleText.Of(text.ToString());
    }

    private static void Heading(StringBuilder text, string heading) =>
        text.Append('\n').Append(heading).Append('\n').Append('=', heading.Length).Append('\n');

    private static void WriteInputs(StringBuilder text, PatchExplanation explanation)
    {
        Heading(text, "Made from");
        foreach (ExplainedPatch patch in explanation.Patches)
            text.Append(CultureInfo.InvariantCulture, $"  patch     {patch.Name}\n            SHA-256 {patch.Sha256 ?? "not read"}\n");
        if (explanation.Kernel is { } kernel)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"  kernel    {kernel.Release}, {kernel.Architecture}{(kernel.BuildId is null ? "" : $", build id {kernel.BuildId}")}\n");
            if (kernel.Compiler is not null)
                text.Append(CultureInfo.InvariantCulture, $"  compiler  {kernel.Compiler}\n");
        }

        foreach (ExplainedFile file in explanation.Files)
            text.Append(
                CultureInfo.InvariantCulture,
                $"  file      {file.Path} ({(file.IsNew ? "new, " : "")}{ReportWords.Lines(file.Changes)} lines)\n");
    }

    private static void WriteFindings(StringBuilder text, PatchExplanation explanation)
    {
        if (explanation.Findings.Count + explanation.Notes.Count == 0)
            return;
        Heading(text, explanation.IsRefused ? "Why it is refused" : "Warnings and notes");
        foreach (ExplainedFinding finding in explanation.Findings)
            text.Append(
                CultureInfo.InvariantCulture,
                $"  {(finding.Place is null ? "" : finding.Place + ": ")}{finding.Severity} {finding.Code}: "
                + $"{finding.Message.ReplaceLineEndings("\n    ")}\n");
        foreach (string note in explanation.Notes)
            text.Append(CultureInfo.InvariantCulture, $"  {note}\n");
    }

    private static void WriteUnit(StringBuilder text, ExplainedUnit unit)
    {
        Heading(text, $"{unit.Source} ({unit.Unit}{(unit.ObjectName.Length == 0 ? "" : $", {unit.ObjectName}")})");
        text.Append(CultureInfo.InvariantCulture, $"  {unit.Proof}\n");
        foreach (ExplainedFunction function in unit.Functions)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"\n  {(function.NewName.Length > 0 ? "Replaces" : "Would replace")} {function.Symbol}: {function.Reason}\n");
            WriteChanges(text, function.Changes);
            foreach (FunctionListing listing in function.Listings)
                WriteListing(text, listing);
        }

        foreach (ExplainedPart part in unit.Parts.Where(part => part.Changes.Count > 0 || part.Listing is not null))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  Takes {part.Name} along, which changed: its callers are replaced\n");
            WriteChanges(text, part.Changes);
            if (part.Listing is not null)
                WriteListing(text, part.Listing);
        }

        if (unit.OtherChanges.Count > 0)
            text.Append("\n  Changed outside of these functions\n");
        WriteChanges(text, unit.OtherChanges);
        if (unit.Parts.Count > 0)
            text.Append("\n  Has\n");
        foreach (ExplainedPart part in unit.Parts)
            text.Append(CultureInfo.InvariantCulture, $"    {part.Name} ({part.Kind}, {part.Size} bytes): {part.Reason}\n");
        if (unit.References.Count > 0)
            text.Append("\n  Refers to\n");
        foreach (ExplainedReference reference in unit.References)
            text.Append(
                CultureInfo.InvariantCulture, $"    {reference}{(reference.SourceFile is null ? "" : $" ({reference.SourceFile})")}\n");
    }

    private static void WriteWritten(StringBuilder text, PatchExplanation explanation)
    {
        if (explanation.Written.Count + explanation.Callbacks.Count == 0)
            return;
        Heading(text, "Beside the patches");
        foreach (ExplainedFunction function in explanation.Written)
            text.Append(
                CultureInfo.InvariantCulture, $"  Replaces {function.Symbol}: {function.Reason}, by {function.NewName}\n");
        foreach (ExplainedCallback callback in explanation.Callbacks)
            text.Append(
                CultureInfo.InvariantCulture,
                $"  Calls {callback.Function} as {callback.Kind} of {callback.ObjectName}, {ReportWords.Called(callback)}: "
                + $"{callback.Reason}\n");
    }

    private static void WriteChanges(StringBuilder text, IEnumerable<ExplainedChange> changes)
    {
        foreach (ExplainedChange change in changes)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {ReportWords.Place(change)}\n");
            foreach (string line in change.Deleted)
                text.Append(CultureInfo.InvariantCulture, $"      -{line}\n");
            foreach (string line in change.Added)
                text.Append(CultureInfo.InvariantCulture, $"      +{line}\n");
        }
    }

    private static void WriteListing(StringBuilder text, FunctionListing listing)
    {
        text.Append(CultureInfo.InvariantCulture, $"    {ReportWords.Sizes(listing)}\n");
        foreach (ListingRow row in listing.Rows)
        {
            if (row.Kind == ListingRowKind.Skipped)
                text.Append(CultureInfo.InvariantCulture, $"        … {ReportWords.Count(row.Skipped, "instruction")} as before\n");
            if (row.Kind is ListingRowKind.Changed or ListingRowKind.Removed)
                WriteInstruction(text, '-', row.Original!);
            if (row.Kind is ListingRowKind.Changed or ListingRowKind.Added or ListingRowKind.Same)
                WriteInstruction(text, row.Kind == ListingRowKind.Same ? ' ' : '+', row.Patched!);
        }

        if (listing.Note is not null)
            text.Append(CultureInfo.InvariantCulture, $"      {listing.Note}\n");
    }

    private static void WriteInstruction(StringBuilder text, char sign, ListedInstruction instruction) =>
        text.Append(
            CultureInfo.InvariantCulture,
            $"      {sign} {instruction.Offset,6:x}  "
            + $"{instruction.Text}{(instruction.Reference is null ? "" : "    " + instruction.Reference)}\n");
}
