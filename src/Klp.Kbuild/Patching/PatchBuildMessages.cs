using Klp.Kernel.Diagnostics;

namespace Klp.Kbuild.Patching;

/// <summary>The sentences about patches as a whole.</summary>
internal static class PatchBuildMessages
{
    internal static Diagnostic TooManyUnits(SourcePlace? place, IReadOnlyList<KernelUnit> units, int most) =>
        DiagnosticCodes.TooManyUnits.At(
            place,
            $"The patch changes {units.Count} objects of the kernel, more than {most}: "
            + $"{string.Join(", ", units.Take(5).Select(unit => unit.Object))}{(units.Count > 5 ? ", …" : ".")} "
            + $"Each is compiled three times more. To have it so, set the limit to {units.Count} or more; to avoid it, "
            + (units.Any(unit => unit.Touched.Any(IsHeader))
                ? "leave the header alone and change the functions that use it."
                : "make several livepatches of it."));

    private static bool IsHeader(string path) => Path.GetExtension(path) == ".h";

    internal static Diagnostic NothingToPatch(SourcePlace? place, int units) => DiagnosticCodes.PatchWithoutEffect.At(
        place,
        $"There is nothing to patch: {(units == 1 ? "the object that is" : $"the {units} objects that are")} made from the patched "
        + $"files {(units == 1 ? "does" : "do")} the same with the patch. "
            + "It may change comments or lines alone, or code that this kernel is not configured for.");

    internal static Diagnostic NothingOfKernel(SourcePlace? place) => DiagnosticCodes.PatchWithoutEffect.At(
        place, "There is nothing to patch: no file that the patch changes is part of the kernel's objects.");

    internal static Diagnostic NotLinked(SourcePlace? place, KernelUnit unit, string problem) => DiagnosticCodes.UnitNotLinked.At(
        place,
        $"{unit.ObjectName} was not linked from {unit.Object} as it is now: {problem}. Build the kernel again, so that its objects "
        + "are those of the kernel that runs.");

    internal static Diagnostic ImageMissing(SourcePlace? place, KernelUnit unit) => DiagnosticCodes.UnitNotLinked.At(
        place,
        $"{unit.Object} belongs to {unit.ObjectName}, of which the build directory has no file with symbols. Build the kernel and "
        + "its modules.");

    internal static Diagnostic CallersReplaced(
        SourcePlace? place, string name, IReadOnlyCollection<string> sources, IReadOnlyCollection<string> callers) =>
        DiagnosticCodes.CallersReplaced.At(
            place,
            $"{name}() of {NameList.Of(sources)} changed and cannot be replaced itself, as ftrace cannot attach to it: "
            + $"{NameList.Of([.. callers.Select(caller => caller + "()")])} "
            + $"{(callers.Count == 1 ? "is" : "are")} replaced in its place, with the new version along.");

    /// <summary>One of several of a kind, with their number.</summary>
    internal static Diagnostic AndMore(Diagnostic first, int others)
    {
        string where = first.Code == DiagnosticCodes.OnceAgain.Code ? ", which the report has among what is taken along" : "";
        return others == 0 ? first : first with
        {
            Message = first.Message + FormattableString.Invariant($" So it is with {others} more{where}."),
        };
    }

    internal static Diagnostic Damaged(string problem) =>
        DiagnosticCodes.UnitNotLinked.At(null, $"A file of the kernel's build is damaged: {problem}. Build the kernel again.");
}
