using Klp.Kbuild.Disassembly;
using Klp.Kbuild.Patching;

namespace Klp.Kbuild.Reports;

/// <summary>The sentences that the report has in both forms.</summary>
internal static class ReportWords
{
    internal const string NoInstructions = "It was not disassembled.";

    /// <summary>What the report is of.</summary>
    internal static string Title(PatchExplanation explanation) => explanation.Patches is [var only]
        ? $"What became of {only.Name}"
        : $"What became of {explanation.Patches.Count} patches";

    /// <summary>The outcome in a sentence.</summary>
    internal static string Outcome(PatchExplanation explanation)
    {
        string kernel = explanation.Kernel is { } found ? $"Linux {found.Release} ({found.Architecture})" : "the kernel";
        if (explanation.IsRefused)
            return $"Refused for {kernel}: nothing is made of it, and the reasons are below.";
        int functions = explanation.Functions.Count();
        int objects = explanation.Functions.Select(function => function.ObjectName).Distinct(StringComparer.Ordinal).Count();
        return $"Replaces {Count(functions, "function")} in {Count(objects, "object")} of {kernel}.";
    }

    /// <summary>How much was found, in words; empty for nothing.</summary>
    internal static string Findings(PatchExplanation explanation)
    {
        int Of(string severity) => explanation.Findings.Count(finding => finding.Severity == severity);
        (int Count, string Word)[] counts = [(Of("error"), "error"), (Of("warning"), "warning"), (Of("info"), "note")];
        return string.Join(", ", counts.Where(count => count.Count > 0).Select(count => Count(count.Count, count.Word)));
    }

    /// <summary>When a callback is called.</summary>
    internal static string Called(ExplainedCallback callback) => callback.Kind switch
    {
        "pre_patch" => "before the object is patched",
        "post_patch" => "when the object is patched",
        "pre_unpatch" => "before the object is unpatched",
        _ => "when the object is unpatched",
    };

    /// <summary>How the code of a function changed, in a few words.</summary>
    internal static string Instructions(ExplainedFunction function) => function.Listings.Count == 0 ? ""
        : function.Listings.Sum(listing => listing.RemovedCount + listing.AddedCount) == 0 ? "none"
        : $"−{function.Listings.Sum(listing => listing.RemovedCount)} +{function.Listings.Sum(listing => listing.AddedCount)}";

    /// <summary>How many lines of the source changed.</summary>
    internal static string Lines(IEnumerable<ExplainedChange> changes)
    {
        int deleted = 0, added = 0;
        foreach (ExplainedChange change in changes)
            (deleted, added) = (deleted + change.Deleted.Count, added + change.Added.Count);
        return deleted + added == 0 ? "" : $"−{deleted} +{added}";
    }

    /// <summary>Where a change is: its file and line, the function, and the place in the patch.</summary>
    internal static string Place(ExplainedChange change)
    {
        string place = FormattableString.Invariant(
            $"{change.File}, line {(change.Deleted.Count > 0 ? change.OriginalLine : change.PatchedLine)}");
        if (change.Function is not null)
            place += $", in {change.Function}()";
        return change.Patch is null ? place : FormattableString.Invariant($"{place} · {change.Patch}:{change.PatchLine}");
    }

    /// <summary>The sizes of a function before and after.</summary>
    internal static string Sizes(FunctionListing listing) =>
        FormattableString.Invariant($"{listing.Name}: {listing.OriginalSize} bytes before, {listing.PatchedSize} after");

    /// <summary>A position among the symbols of a name.</summary>
    internal static string Position(ulong position) =>
        position == 0 ? "the only one" : FormattableString.Invariant($"no. {position} of the name");

    /// <summary>How a reference is resolved.</summary>
    internal static string Resolved(ExplainedReference reference) => reference.Kind switch
    {
        "export" => "by the module loader, an export",
        "livepatch" => "by livepatch",
        "other unit" => "new in another unit of the patch",
        _ => "weak and nowhere: its address is 0",
    };

    /// <summary>A number of things.</summary>
    internal static string Count(int number, string thing) => FormattableString.Invariant($"{number} {thing}{(number == 1 ? "" : "s")}");
}
