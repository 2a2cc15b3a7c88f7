using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;

namespace Klp.Livepatch.Generation;

/// <summary>What there is to say of what a project says of its livepatch.</summary>
internal static class DescriptionMessages
{
    private const int MostNames = 10;

    /// <summary>What may be the cause where a function is not there, with a space before it.</summary>
    internal const string NoCauseKnown =
        " Is the name right, and is it compiled in with this configuration? It may be inlined wherever it is used, so that it has no "
        + "symbol: then patch the functions that call it.";

    internal static Diagnostic NothingToPatch(SourcePlace? place, string given) => DiagnosticCodes.TablesEmpty.At(
        place,
        $"The project has {given} and neither {HostWord.FunctionItem} nor {HostWord.ObjectItem}, so there are no tables to "
        + $"generate. Name what to patch with {HostWord.FunctionItem} items; hand-written tables have states and replace in their "
        + "klp_patch.");

    internal static Diagnostic ObjectEmpty(SourcePlace? place, string objectName) => DiagnosticCodes.TablesEmpty.At(
        place,
        $"The {HostWord.ObjectItem} '{objectName}' has no callback, and no {HostWord.FunctionItem} is of that object: nothing "
        + "of it would be patched. Give it PrePatch, PostPatch, PreUnpatch or PostUnpatch, or remove it.");

    internal static Diagnostic FunctionTwice(DescribedFunction first, DescribedFunction second) => Twice(
        second.Place,
        first.Place,
        $"The function '{first.Name}' of {first.ObjectName} is a {HostWord.FunctionItem} twice, with the positions {first.Sympos} and "
        + $"{second.Sympos}; 0 and 1 are one to the kernel.");

    internal static Diagnostic ObjectTwice(DescribedObject first, DescribedObject second) => Twice(
        second.Place, first.Place, $"'{first.Name}' is a {HostWord.ObjectItem} twice.");

    internal static Diagnostic StateTwice(DescribedState first, DescribedState second) => Twice(
        second.Place, first.Place, $"{first.Id} is a {HostWord.StateItem} twice.");

    internal static Diagnostic NewNameTwice(
        SourcePlace? place, string function, string objectName, string otherFunction, string otherObject, string newName) =>
        DiagnosticCodes.TableEntryTwice.At(
            place,
            $"'{function}' of {objectName} and '{otherFunction}' of {otherObject} are both to be replaced by '{newName}'. Give "
            + $"each a function of its own: name it {HostWord.WithNewFunction}.");

    internal static Diagnostic CallbackOfTwoKinds(SourcePlace? place, string callback) => DiagnosticCodes.TableItemMalformed.At(
        place, $"'{callback}' is a PrePatch and another callback too. PrePatch returns int, the others void: use two functions.");

    internal static Diagnostic CallbackReplacesFunction(SourcePlace? place, string callback, string function) =>
        DiagnosticCodes.TableItemMalformed.At(
            place, $"'{callback}' is a callback and is to replace '{function}' too. Use two functions.");

    internal static Diagnostic NeedsNewerKernel(SourcePlace? place, string feature, string since, string kernel) =>
        DiagnosticCodes.TablesNeedNewerKernel.At(
            place,
            $"The project asks for {feature}, which kernels have since {since}; this one is {kernel}. Leave it out for this "
            + "kernel.");

    internal static Diagnostic TablesByHand(SourcePlace? place, string source, string function, string generated) =>
        DiagnosticCodes.TablesTwice.At(
            place,
            $"{source} has a klp_patch of its own: it calls {function}(). {generated} Remove the items, or from the source the "
            + "klp_patch with its tables, module_init() and module_exit().");

    internal static Diagnostic InitByHand(SourcePlace? place, string source, string function, string generated) =>
        DiagnosticCodes.TablesTwice.At(
            place,
            $"{source} has {function}(). {generated} A module has one of each: do the work in callbacks, with PrePatch and PostUnpatch of "
            + $"a {HostWord.ObjectItem}, or write the tables by hand.");

    /// <summary>Says that tables are generated, and because of what.</summary>
    /// <param name="patch">What the project describes.</param>
    internal static string Generated(PatchDescription patch)
    {
        (string item, SourcePlace? place) = patch.Functions is [var function, ..]
            ? ($"{HostWord.FunctionItem} '{function.Name}'", function.Place)
            : ($"{HostWord.ObjectItem} '{patch.Objects[0].Name}'", patch.Objects[0].Place);
        string where = place is null ? "" : $" in {InWords(place)}";
        return $"The tables, the init and the exit function of the livepatch are generated too, because of the {item}{where}.";
    }

    internal static Diagnostic NewFunctionMissing(DescribedFunction function, IReadOnlyList<string> defined) => Missing(
        function.Place, Demand(function), defined, $"or name the one that it is {HostWord.WithNewFunction}");

    internal static Diagnostic NewFunctionStatic(DescribedFunction function, SourcePlace source) =>
        Static(function.Place, Demand(function), source);

    internal static Diagnostic CallbackMissing(DescribedObject described, DescribedCallback callback, IReadOnlyList<string> defined) =>
        Missing(described.Place, Demand(described, callback), defined, "or name the one that it is");

    internal static Diagnostic CallbackStatic(DescribedObject described, DescribedCallback callback, SourcePlace source) =>
        Static(described.Place, Demand(described, callback), source);

    private static string Demand(DescribedFunction function) =>
        $"{HostWord.TheFunction} '{function.Name}' is to be replaced by '{function.NewName}'";

    private static string Demand(DescribedObject described, DescribedCallback callback) =>
        $"The {callback.Member} callback of '{described.Name}' is '{callback.FunctionName}'";

    private static Diagnostic Missing(SourcePlace? place, string demand, IReadOnlyList<string> defined, string correction)
    {
        string others = defined.Count > MostNames ? " and others" : "";
        string known = defined.Count == 0
            ? "They define no function that is not static."
            : $"They define {string.Join(", ", defined.Take(MostNames))}{others}.";
        return DiagnosticCodes.NewFunctionMissing.At(
            place, $"{demand}, a function that no source of the project defines. {known} Define it, {correction}.");
    }

    private static Diagnostic Static(SourcePlace? place, string demand, SourcePlace source) => DiagnosticCodes.NewFunctionMissing.At(
        place,
        $"{demand}, which is static in {source.File}:{source.Line}: the generated tables, a source of their own, cannot name it. Remove "
        + "static.");

    internal static Diagnostic RunsOnce(SourcePlace? place, string function, string objectName) => DiagnosticCodes.FunctionNotPatchable.At(
        place,
        $"{HostWord.TheFunction} '{function}' is __init in {objectName}: it runs once, as the module loads, and is freed then, so "
        + "the kernel cannot patch it. Patch what is called later.");

    internal static Diagnostic FunctionUnknown(SourcePlace? place, string function, string objectName, string elsewhere, string cause) =>
        DiagnosticCodes.FunctionUnknown.At(
            place,
            $"{HostWord.TheFunction} '{function}' is no function of {objectName}, which has no symbol of that "
            + $"name{elsewhere}.{cause}");

    internal static Diagnostic PositionOutOfRange(
        SourcePlace? place, string function, Sympos position, string objectName, int count, string candidates) =>
        DiagnosticCodes.FunctionUnknown.At(
            place,
            $"{HostWord.TheFunction} '{function}' has {HostWord.Position}\"{position}\", and {objectName} has {count} of that "
            + $"name:{candidates}");

    internal static Diagnostic Ambiguous(SourcePlace? place, string function, string objectName, int count, string candidates) =>
        DiagnosticCodes.FunctionAmbiguous.At(
            place,
            $"{HostWord.TheFunction} '{function}' is ambiguous: {objectName} has {count} symbols of that name. "
            + $"Candidates:{candidates}\nSay which one is meant with the item's metadata Position, for the first of them "
            + $"{HostWord.Position}\"1\".");

    internal static Diagnostic IsData(SourcePlace? place, string function, string objectName, ulong size) =>
        DiagnosticCodes.FunctionIsData.At(
            place,
            $"{HostWord.TheFunction} '{function}' is no function: {objectName} has data of that name, {size} bytes. Only functions "
            + $"are patched; data of the kernel is changed by a callback of a {HostWord.ObjectItem}, or used by a new function that "
            + "declares it with extern.");

    internal static Diagnostic NotTraceable(SourcePlace? place, string function, string objectName, string cause)
    {
        string refused = objectName == ModuleName.Vmlinux ? "the livepatch" : $"the livepatch, or {objectName} where that is loaded later";
        return DiagnosticCodes.FunctionNotPatchable.At(
            place,
            $"{HostWord.TheFunction} '{function}' of {objectName} {cause} The kernel would refuse {refused}: \"failed to find "
            + $"location for function '{function}'\".");
    }

    /// <summary>The way out where compilers made other versions of a function, with a space before it.</summary>
    /// <param name="clones">Their names.</param>
    /// <param name="newFunction">The function that is to replace it.</param>
    internal static string OtherVersions(IReadOnlyList<string> clones, string newFunction) =>
        $" The compiler made other versions of it: {string.Join(", ", clones)}. Patch those that still have its parameters, each as a "
        + $"{HostWord.FunctionItem} with {HostWord.NewFunction}\"{newFunction}\", and the functions that call the others.";

    /// <summary>The way out where a function is inlined wherever it is used, with a space before it.</summary>
    /// <param name="callers">The functions that it is inlined into.</param>
    internal static string InlinedEverywhere(IReadOnlyList<string> callers) =>
        $" It is inlined wherever it is used: into {string.Join(", ", callers)}. Patch {(callers.Count == 1 ? "that" : "those")} instead.";

    private static Diagnostic Twice(SourcePlace? place, SourcePlace? first, string problem) => DiagnosticCodes.TableEntryTwice.At(
        place, $"{problem} {(first is null || first == place ? "" : $"The first is at {InWords(first)}. ")}Keep one.");

    private static string InWords(SourcePlace place) => place.Line > 0 ? $"{place.File}:{place.Line}" : place.File;
}
