using Klp.Kernel.Diagnostics;

namespace Klp.Livepatch.Validation;

/// <summary>What there is to say of a livepatch that is to replace an earlier one.</summary>
internal static class ReplacementMessages
{
    internal static Diagnostic NotReplacing(SourcePlace? place, string earlier) => DiagnosticCodes.NotReplacing.At(
        place,
        $"The livepatch is to replace {earlier}, but its klp_patch does not say so: both would be in force. Set .replace = true "
        + "in the klp_patch.");

    internal static Diagnostic StateIncompatible(SourcePlace? place, string problem, string module) => DiagnosticCodes.StateIncompatible.At(
        place,
        $"The livepatch {problem}. With that in force the kernel would refuse it: \"Livepatch patch ({module}) is not "
        + "compatible with the already installed livepatches.\". Give it the state in at least that version.");

    internal static Diagnostic FunctionDropped(SourcePlace? place, string function, string objectName, string earlier) =>
        DiagnosticCodes.ReplacedFunctionDropped.At(
            place,
            $"'{function}' of {objectName} is patched by {earlier} and not by this livepatch: when this one replaces it, the "
            + "kernel's own function is back. Patch it here too, or ignore this if that is meant.");

    internal static Diagnostic CallbackDropped(SourcePlace? place, string earlier, string callback, string objectName) =>
        DiagnosticCodes.ReplacedCallbackDropped.At(
            place,
            $"{earlier} has a callback {callback} for {objectName}, which the kernel does not call when this livepatch replaces "
            + "it; and this one has none. What the earlier callbacks changed stays. Take the change over or undo it in a "
            + $"pre_patch or post_patch callback, and add a {callback}.");
}
