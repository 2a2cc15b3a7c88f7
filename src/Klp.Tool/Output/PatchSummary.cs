using Klp.Kbuild.Patching;
using Klp.Kernel.Diagnostics;

namespace Klp.Tool.Output;

/// <summary>What patches became, in a line: <c>fix.ko: replaces cmdline_proc_show in vmlinux (1 function of 1 unit)</c>.</summary>
internal static class PatchSummary
{
    /// <summary>Of a module that was made.</summary>
    /// <param name="path">The module's file, as the user calls it.</param>
    /// <param name="explanation">What became of the patches.</param>
    internal static string Of(string path, PatchExplanation explanation) => Line($"{path}: replaces", explanation, "");

    /// <summary>Of one that would be made.</summary>
    /// <param name="explanation">What became of the patches.</param>
    internal static string OfDryRun(PatchExplanation explanation) =>
        Line("would replace", explanation, explanation.Kernel is { } kernel ? $" of Linux {kernel.Release}" : "");

    private static string Line(string verb, PatchExplanation explanation, string kernel)
    {
        IEnumerable<string> objects = explanation.Functions
            .GroupBy(function => function.ObjectName, function => function.Name, StringComparer.Ordinal)
            .Select(group => $"{NameList.Of([.. group])} in {group.Key}");
        int ofUnits = explanation.Units.Sum(unit => unit.Functions.Count);
        string counts = $"{Count(ofUnits, "function")} of {Count(explanation.Units.Count(unit => unit.Functions.Count > 0), "unit")}";
        if (explanation.Written.Count > 0)
            counts += FormattableString.Invariant($", {explanation.Written.Count} {PatchExplanation.ByHand}");
        // Symbols of patched code may have any characters, and a terminal obeys some.
        return VisibleText.Of(
            $"{verb} {string.Join(", ", objects)}{kernel} ({counts})");
    }

    private static string Count(int count, string what) => FormattableString.Invariant($"{count} {what}{(count == 1 ? "" : "s")}");
}
