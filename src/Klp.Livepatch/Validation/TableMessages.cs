using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Validation;

/// <summary>What there is to say of what a livepatch patches.</summary>
internal static class TableMessages
{
    internal static Diagnostic Incomplete(SourcePlace place, string user, string problem) => DiagnosticCodes.TableIncomplete.At(
        place,
        $"In the livepatch's tables, at {user}, {problem}. klp_enable_patch() of the kernel would refuse it with EINVAL and no "
        + "message. Fill it in.");

    internal static Diagnostic ObjectTwice(SourcePlace place, int count, string objectName, string module) =>
        DiagnosticCodes.PatchedTwice.At(
            place,
            $"The livepatch has {count} klp_object for {objectName}. The kernel would refuse it: \"sysfs: cannot create "
            + $"duplicate filename '/kernel/livepatch/{module}/{objectName}'\". Put their functions into one.");

    internal static Diagnostic ObjectNameTooLong(SourcePlace place, string objectName, int length) => DiagnosticCodes.TableIncomplete.At(
        place,
        $"The klp_object '{objectName}' has a name of {length} characters; a module's has at most {ModuleName.MaxLength}. The "
        + "kernel would refuse the livepatch with EINVAL and no message.");

    internal static Diagnostic FunctionTwice(
        SourcePlace place, string function, string objectName, int count, string module, ulong position) =>
        DiagnosticCodes.PatchedTwice.At(
            place,
            $"'{function}' of {objectName} is patched {count} times; positions 0 and 1 are one to the kernel. It would refuse "
            + "the livepatch: \"sysfs: cannot create duplicate filename "
            + $"'/kernel/livepatch/{module}/{objectName}/{function},{position}'\". Keep one klp_func.");

    internal static Diagnostic NamedVmlinux(SourcePlace place) => DiagnosticCodes.ObjectUnknown.At(
        place,
        "The klp_object is named 'vmlinux', which the kernel takes for the name of a module: it would load the livepatch, "
        + "which would patch nothing of it, without a message. Leave .name out: the kernel itself has none.");

    internal static Diagnostic NoSuchObject(SourcePlace place, string objectName, string meant) => DiagnosticCodes.ObjectUnknown.At(
        place,
        $"The klp_object is named '{objectName}', and no module has such a name at run time: the kernel would load the "
        + $"livepatch, which would patch nothing of it, without a message. Name it '{meant}'.");

    internal static Diagnostic ObjectUnknown(SourcePlace place, string objectName, string release, string question) =>
        DiagnosticCodes.ObjectUnknown.At(
            place,
            DiagnosticSeverity.Warning,
            $"The klp_object is named '{objectName}', and the kernel {release} has no module of that name.{question} Should it "
            + "be loaded all the same, nothing here can say whether its patch applies. Name a module built outside the tree with "
            + $"{HostWord.ExternalModule}.");

    internal static Diagnostic FunctionNameTooLong(SourcePlace place, string function, int length, int most) =>
        DiagnosticCodes.TableIncomplete.At(
            place,
            $"The klp_func '{function}' has a name of {length} characters; a symbol's has at most {most}. The kernel would "
            + "refuse the livepatch with EINVAL and no message.");

    internal static Diagnostic NewFunctionFreed(
        SourcePlace place, string newFunction, string function, string objectName, string section) =>
        DiagnosticCodes.NewFunctionFreed.At(
            place,
            $"{newFunction}, which is to replace '{function}' of {objectName}, is in {section}, which the kernel frees when the "
            + "livepatch has loaded: the next call would crash. Remove __init.");

    internal static Diagnostic PrototypeDiffers(
        SourcePlace place, string newDeclaration, string function, string objectName, string oldDeclaration) =>
        DiagnosticCodes.PrototypeDiffers.At(
            place,
            $"The new function is '{newDeclaration}', and '{function}' of {objectName}, which it replaces, is "
            + $"'{oldDeclaration}'. The kernel does not check this: callers would pass the arguments, and use the result, of the "
            + "old one. Give the new function the prototype of the old one.");

    internal static Diagnostic NotTraceable(SourcePlace place, string function, string objectName, string cause) =>
        DiagnosticCodes.FunctionNotTraceable.At(
            place,
            $"'{function}' of {objectName} {cause} The kernel would refuse {LivepatchSymbolMessages.Refused(objectName)}: \"failed to find "
            + $"location for function '{function}'\".");

    internal static Diagnostic NotFound(SourcePlace place, KernelSymbol function, SymbolFinding finding)
    {
        (DiagnosticDescriptor code, string fix) = finding.Kind switch
        {
            SymbolFindingKind.Ambiguous => (DiagnosticCodes.PatchedFunctionAmbiguous, $"Set {HostWord.PatchedPosition}."),
            SymbolFindingKind.DependsOnLoadOrder => (DiagnosticCodes.PositionDependsOnLoadOrder, "Patch the functions that call it."),
            SymbolFindingKind.PositionOutOfRange => (DiagnosticCodes.PatchedFunctionNotFound, $"Correct {HostWord.PatchedPosition}."),
            _ => (DiagnosticCodes.PatchedFunctionNotFound, "Is the name right, is it compiled in with this configuration, and was it "
                + "perhaps inlined everywhere? Then patch the functions that call it."),
        };
        return code.At(
            place,
            $"The patched function '{function.Name}' of {function.ObjectName} {LivepatchSymbolMessages.Explain(function, finding)} "
            + $"{fix}");
    }

    internal static Diagnostic InlinedElsewhere(SourcePlace place, string function, string objectName, IReadOnlyList<string> callers)
    {
        bool isOne = callers.Count == 1;
        return DiagnosticCodes.InlinedElsewhere.At(
            place,
            $"The compiler inlined '{function}' of {objectName} into {Listed(callers)}, "
            + $"{(isOne ? "which goes on with its copy" : "which go on with their copies")} as before: only calls reach the new "
            + $"function. Patch {(isOne ? "that function" : "those functions")} too.");
    }

    private static string Listed(IReadOnlyList<string> callers)
    {
        const int most = 8;
        string[] named = [.. callers.Take(most).Select(caller => $"{caller}()")];
        if (callers.Count > most)
            return $"{string.Join(", ", named)} and {callers.Count - most} more";
        return named.Length < 2 ? string.Concat(named) : $"{string.Join(", ", named[..^1])} and {named[^1]}";
    }
}
