using Klp.Kernel.Diagnostics;

namespace Klp.Patching.Diff;

/// <summary>The sentences about objects that cannot be compared.</summary>
internal static class DiffMessages
{
    internal static Diagnostic Architecture(SourcePlace? place, string name, string obstacle) =>
        DiagnosticCodes.ArchitectureNotPatchable.At(
            place, $"Objects for {name} cannot be taken apart and compared yet: {obstacle}. Only those for arm64 can.");

    internal static Diagnostic SeveralUnits(SourcePlace place, int count) => DiagnosticCodes.InputOutput.At(
        place,
        $"The object was linked from {count} units, in which one name may mean several functions, so that it cannot be told which "
        + "is which. "
            + "Compare the objects of its units.");

    internal static Diagnostic Architectures(
        SourcePlace? place, string original, string originalName, string patched, string patchedName) =>
        DiagnosticCodes.ArchitectureNotPatchable.At(
            place,
            $"{original} is for {originalName} and {patched} for {patchedName}. Compare two objects that the same compiler made "
            + "with the same options.");
}
