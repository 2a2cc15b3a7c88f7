using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Livepatch.Modules;
using Klp.Patching.Diff;

namespace Klp.Patching.Extraction;

/// <summary>The sentences about what a patch changed in a unit.</summary>
internal static class ExtractionMessages
{
    internal static Diagnostic ForStart(ExtractionRequest request, UnitPart part)
    {
        string name = part.Kind == PartKind.Function ? part.Name + "()" : part.Name;
        return DiagnosticCodes.PatchChangesInit.At(request.PlaceOf(part.Name), SectionLife.IsExit(part.Section.Name)
            ? $"The patch changes {name} of {request.Source}, which is for the removal of the module alone (__exit): a livepatch "
                + "does not replace it. "
                + "Leave it out of the patch."
            : $"The patch changes {name} of {request.Source}, which is for the start alone: it has run, and the kernel has freed it. "
                + "Leave it out of the patch, and do what it would do now in a pre_patch callback.");
    }

    internal static Diagnostic CopyForStart(ExtractionRequest request, UnitPart part)
    {
        bool isOfKernel = request.Placement.ObjectName == ModuleName.Vmlinux;
        string why = SectionLife.IsExit(part.Section.Name)
            ? "which is for the removal of the module alone (__exit): a livepatch does not replace it, and it goes on as it was."
            : isOfKernel
                ? "which is for the start alone: it has run, and stays as it was."
                : "which is for the module's start alone and stays as it was, also for a module that is loaded after the livepatch.";
        return DiagnosticCodes.CopyForStart.At(
            request.PlaceOf(part.Name),
            isOfKernel ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning,
            $"What the patch changes is also in {part.Name}() of {request.Source}, {why}");
    }

    internal static Diagnostic UsesFreed(ExtractionRequest request, string from, string name) => DiagnosticCodes.PatchChangesInit.At(
        request.PlaceOf(from),
        $"{from} of {request.Source} uses {name} with the patch, which is for the start alone: the kernel has freed it. "
            + "Leave that out, or take __init (or __initdata, __exit) off it in the patch: then the livepatch brings it.");

    internal static Diagnostic DataChanged(ExtractionRequest request, UnitPart original, UnitPart patched, IReadOnlyList<UnitPart> users)
    {
        string size = original.Size == patched.Size ? $"{original.Size} bytes" : $"{original.Size} bytes before, {patched.Size} now";
        string readers = users.Count == 0
            ? ""
            : $" It is used by {string.Join(", ", users.Select(user => user.Name).Take(5))}{(users.Count > 5 ? ", …" : "")}.";
        // Nothing is written to what is const, and what only the start reads has been read.
        string advice = !patched.IsWritable ? "Change the functions that use what it holds."
            : users.Count > 0 && users.All(UnitDiff.IsForStart)
                ? "It was read at the start alone: what it decided then is changed by other means, as a pre_patch callback."
                : "Change its value in a pre_patch callback, or keep more for each object in a shadow variable (klp_shadow_alloc).";
        return DiagnosticCodes.PatchChangesData.At(
            request.PlaceOf(patched.Name),
            $"The patch changes the variable {original.Name} of {request.Source} ({size}), which the kernel has and works with: a "
            + $"livepatch replaces functions.{readers} "
                + advice);
    }

    internal static Diagnostic AddressLeaves(ExtractionRequest request, UnitPart constant, string leaving) =>
        DiagnosticCodes.PatchChangesData.At(
            request.PlaceOf(constant.Name),
            $"The patch changes the constant {constant.Name} of {request.Source}, whose address may be kept or compared: {leaving}. "
                + "What has the address of the kernel's goes on using that one, and would not be equal to a new one, which goes with the "
                + "livepatch. Change the functions that use what it holds.");

    internal static Diagnostic StaticGone(ExtractionRequest request, string name) => DiagnosticCodes.StaticVariableLost.At(
        request.Place,
        $"The static variable {PartNames.Stem(name)} of a function of {request.Source} is gone with the patch, or has another "
        + "name: what it holds in the running kernel would be lost. "
            + "Keep it in the patch under its name.");

    internal static Diagnostic AmbiguousStatic(ExtractionRequest request, string function, string name) =>
        DiagnosticCodes.StaticVariableLost.At(
            request.PlaceOf(function),
            $"{function}() of {request.Source} uses the static variable {PartNames.Stem(name)}, of which there are several that "
            + "the same functions use: which of the kernel's it is cannot be told. "
                + "Give new static variables of the patch names of their own.");

    internal static Diagnostic ConstantNotTold(ExtractionRequest request, string function, string name, string leaving) =>
        DiagnosticCodes.StaticVariableLost.At(
            request.PlaceOf(function),
            $"{function}() of {request.Source} uses the constant {PartNames.Stem(name)} of a function, and which of the kernel's it is "
                + $"cannot be told; a copy would have another address, which may be kept or compared: {leaving}. Leave it in the function "
                + "that has it, under its name, and make the change in another function.");

    internal static Diagnostic OneOfSection(ExtractionRequest request, string function, UnitPart array, UnitPart next) =>
        DiagnosticCodes.StaticVariableLost.At(
            request.PlaceOf(function),
            $"{function} of {request.Source} uses {array.Name}, or {next.Name}, which lies beside it in section "
            + $"{array.Section.Name} with the "
                + "patch and not in the kernel: which of them cannot be told. Declare new variables of the patch without "
                + "that section (__read_mostly, __ro_after_init).");

    internal static Diagnostic HasPlaces(ExtractionRequest request, string function, string variable) =>
        DiagnosticCodes.PatchChangesData.At(
            request.PlaceOf(function),
            $"{variable} of {request.Source} has addresses of places within {function}() (labels, as for a computed goto), and is "
                + "not a constant that this function alone uses: the kernel's lead into its own version of the function. Make the "
                + "change in another function.");

    internal static Diagnostic Untraceable(ExtractionRequest request, string name, string reason) =>
        DiagnosticCodes.ChangedFunctionUntraceable.At(
            request.PlaceOf(name),
            $"The patch changes {name}() of {request.Source}, which ftrace cannot attach to (notrace, or inline), so that it "
            + "cannot be replaced; "
                + $"its callers cannot be replaced in its place, as {reason}. Make the change in a function that can be traced.");

    internal static Diagnostic Lifted(ExtractionRequest request, string name, IReadOnlyList<string> callers) =>
        DiagnosticCodes.CallersReplaced.At(
            request.PlaceOf(name),
            $"{name}() of {request.Source} changed and cannot be replaced itself, as ftrace cannot attach to it: "
            + $"{string.Join(", ", callers.Select(caller => caller + "()"))} "
                + "will be replaced, with the new version along.");

    internal static Diagnostic Shared(ExtractionRequest request, string name, string section, string reason) =>
        DiagnosticCodes.ChangedFunctionInSharedSection.At(
            request.PlaceOf(name),
            $"{name}() of {request.Source} is in section {section} together with other functions, and cannot be taken out of it: {reason}. "
                + "Make the change in a function outside of the section, such as a caller.");

    internal static Diagnostic InGroup(ExtractionRequest request, string name, string section) => DiagnosticCodes.SectionInGroup.At(
        request.PlaceOf(name),
        $"{name} of {request.Source} is in section {section}, which is kept or dropped together with others (a group), and cannot "
        + "be taken for itself.");

    internal static Diagnostic RuntimeConstant(ExtractionRequest request, string function, string section) =>
        DiagnosticCodes.RuntimeConstant.At(
            request.PlaceOf(function),
            $"{function}() of {request.Source} has a runtime constant ({section}): the kernel writes its value into the code as it "
            + "starts, and would not into a livepatch's, "
                + "which would work with a wrong value. Make the change in a function without one.");

    internal static Diagnostic RuntimeConstantLost(ExtractionRequest request, string function, string name) =>
        DiagnosticCodes.RuntimeConstant.At(
            request.PlaceOf(function),
            $"{function}() of {request.Source} has a runtime constant of {name}: the kernel writes its value into the code as it starts, "
                + $"and {request.Placement.ObjectName} does not have the variable, so that a livepatch cannot read it. Make the change in "
                + "a function without one.");

    internal static Diagnostic KeyOfModule(ExtractionRequest request, string function, KernelSymbol key) =>
        DiagnosticCodes.StaticKeyOfModule.At(
            request.PlaceOf(function),
            $"{function}() of {request.Source} has a jump label whose key {key.Name} is of module {key.ObjectName}: the kernel "
            + "reads jump labels before livepatch resolves symbols of modules. "
                + "Make the change in a function without it.");

    internal static Diagnostic TracepointOff(ExtractionRequest request, string function, KernelSymbol key) =>
        DiagnosticCodes.StaticKeyOfModule.At(
            request.PlaceOf(function),
            DiagnosticSeverity.Warning,
            $"{function}() of {request.Source} has the tracepoint {key.Name["__tracepoint_".Length..]} of module {key.ObjectName}, "
            + "which will never be hit in the new version: "
                + "the kernel reads jump labels before livepatch resolves symbols of modules.");

    internal static Diagnostic EntryTooLate(ExtractionRequest request, string function, TableEntry entry, KernelSymbol symbol) =>
        DiagnosticCodes.TableEntryTooLate.At(
            request.PlaceOf(function),
            $"An entry of {entry.Table.Name} of {function}() of {request.Source} refers to {symbol.Name} of module "
            + $"{symbol.ObjectName}: the kernel reads the table as the livepatch loads, "
                + "before livepatch resolves symbols of modules. Make the change in a function without it.");

    internal static Diagnostic UnknownSection(ExtractionRequest request, string name, string section) =>
        DiagnosticCodes.SpecialSectionUnknown.At(
            request.PlaceOf(name),
            $"{name} of {request.Source} and section {section} belong together, and what the kernel does with that section is not "
            + "known here: the livepatch could be silently wrong. "
                + "Make the change in a function without it.");

    internal static Diagnostic SectionChanged(ExtractionRequest request, string section) => DiagnosticCodes.SpecialSectionUnknown.At(
        request.Place,
        $"The patch changes section {section} of {request.Source}, in which nothing has a name: what the kernel does with it is "
        + "not known here, and "
            + "the livepatch would be without it. Leave that out of the patch.");

    internal static Diagnostic NewInSection(ExtractionRequest request, string name, string section) =>
        DiagnosticCodes.SpecialSectionUnknown.At(
            request.PlaceOf(name),
            $"The patch adds {name} to section {section} of {request.Source}, which the kernel reads at a place of its own: "
            + "nothing would see it in a livepatch. "
                + "Leave that out of the patch.");

    internal static Diagnostic GoneFromSection(ExtractionRequest request, string name, string section) =>
        DiagnosticCodes.SpecialSectionUnknown.At(
            request.Place,
            $"The patch takes {name} out of section {section} of {request.Source}, which the kernel reads at a place of its own: "
            + "what it read there stays. "
                + "Leave it in the patch.");

    internal static Diagnostic GlobalDefinedAnew(ExtractionRequest request, string name, KernelSymbol known) =>
        DiagnosticCodes.GlobalDefinedAnew.At(
            request.PlaceOf(name),
            $"The patch defines {name} in {request.Source}, and {known.ObjectName} has a {known.Name} of another unit: code that "
            + "is not replaced would go on using that one. "
                + "Change the definition that is there, and leave it where it is.");

    internal static Diagnostic GlobalGone(ExtractionRequest request, string name) => DiagnosticCodes.GlobalDefinedAnew.At(
        request.Place,
        $"The patch takes {name}, which other units can use, out of {request.Source}: another unit uses it or has a weak "
        + "definition, or it is a variable. "
            + "Leave it where it is.");

    internal static Diagnostic NameMoved(ExtractionRequest request, string name, string original, string patched) =>
        DiagnosticCodes.GlobalDefinedAnew.At(
            request.PlaceOf(name),
            $"The patch makes {name} of {request.Source} a name of {patched}, and it was one of {original}: what is not replaced "
                + "would go on with that by this name. Leave the names, and change what they stand for.");

    internal static Diagnostic NoCodeLeft(ExtractionRequest request, string name, string? clone) => DiagnosticCodes.LeftFunctionRuns.At(
        request.PlaceOf(name),
        $"{name}() of {request.Source} has no code of its own with the patch ({(clone is null ? "it is inlined" : "there is " + clone)}): "
            + "who has its address, which the kernel stored, would go on calling the kernel's, without the patch. Leave what stores its "
            + "address, or declare it __used noinline __noclone in the patch.");

    internal static Diagnostic AddressShared(ExtractionRequest request, string name, string other) => DiagnosticCodes.LeftFunctionRuns.At(
        request.PlaceOf(name),
        $"{name}() of {request.Source} is one with {other}() in the kernel, as the compiler found them equal, and is not with the patch: "
            + "who has the address that both had would go on calling the other. Make the change in a function that calls it.");

    internal static Diagnostic CalledByAddress(ExtractionRequest request, string name, string old, string made) =>
        DiagnosticCodes.LeftFunctionRuns.At(
            request.PlaceOf(name),
            $"The patch changes the type of {name}() of {request.Source}, whose address was stored: it was {old} and is {made}. Who has "
                + "the address would call the new version with the parameters of the original. Leave its type, and give what is new a "
                + "function of its own.");

    internal static Diagnostic CalledByLeft(ExtractionRequest request, string name, string caller) => DiagnosticCodes.LeftFunctionRuns.At(
        request.PlaceOf(name),
        $"The kernel's {caller}() of {request.Source}, which the patch takes away, may still be called or run, and would call {name}() "
            + $"with the parameters of the original. Leave {caller}() in the patch and what stores its address, or give the new version "
            + $"of {PartNames.OfSource(name)}() a name of its own.");

    internal static Diagnostic Renamed(ExtractionRequest request, UnitPart goneVariable, UnitPart madeVariable)
    {
        string gone = goneVariable.Name, made = madeVariable.Name;
        string alike = PartNames.Stem(gone) == PartNames.Stem(made) ? "of the same name"
            : goneVariable.Size == madeVariable.Size ? "of the same size" : "in the same function";
        return DiagnosticCodes.StaticVariableLost.At(
            request.PlaceOf(made),
            $"The variable {gone} of {request.Source} is gone with the patch, and {made}, {alike}, is new: it would "
            + $"start anew, and what {gone} holds in the running kernel would be lost. "
                + "Keep the name, and where it is declared. Where they have nothing to do with each other, keep both.");
    }

    internal static Diagnostic NeverWritten(ExtractionRequest request, string name) => DiagnosticCodes.StaticVariableLost.At(
        request.PlaceOf(name),
        $"With the patch nothing of {request.Source} writes to the variable {name} any more, so that the compiler takes what it "
        + "begins with for its value: "
            + "what it holds in the running kernel would be lost. Leave what writes to it, or take it out where nothing is to read it.");

    internal static Diagnostic RegistrationChanged(ExtractionRequest request, string section) =>
        DiagnosticCodes.PatchChangesRegistration.At(
            request.Place,
            $"The patch changes what {request.Source} registers as the kernel or the module starts (section {section}: "
            + $"{MeaningOf(section)}), which a livepatch cannot do for it. "
                + "Leave that out of the patch.");

    internal static Diagnostic NotInKernel(ExtractionRequest request, string name) => DiagnosticCodes.SymbolNotAddressable.At(
        request.PlaceOf(name),
        $"The patch changes {name}() of {request.Source}, but {request.Placement.ObjectName} does not have it at the place where "
        + "the unit lies: another definition took the place of a weak one. "
            + "Change that one.");

    internal static Diagnostic NotAddressable(ExtractionRequest request, string from, string name) =>
        DiagnosticCodes.SymbolNotAddressable.At(
            request.PlaceOf(from),
            $"{from} of {request.Source} needs the symbol {name}, which {request.Placement.ObjectName} does not have under that "
            + "name, so that livepatch cannot find it. "
                + "Does the patch add a declaration without a definition? Make the change in a function that does not need it.");

    internal static Diagnostic AddressOfOriginal(ExtractionRequest request, string from, string name) =>
        DiagnosticCodes.AddressOfOriginal.At(
            request.PlaceOf(from),
            $"{from} of {request.Source} uses the address of {name}(), which stays that of the original: the kernel compares it, "
            + "and ftrace leads from there to the new version.");

    internal static Diagnostic OnceAgain(ExtractionRequest request, string function, string name) => DiagnosticCodes.OnceAgain.At(
        request.PlaceOf(function),
        $"{function}() of {request.Source} gets a {PartNames.Stem(name)} of its own, as its macro has one for each use: what was "
        + "to happen once, or only so often, starts anew.");

    private static string MeaningOf(string section) => section switch
    {
        ".export_symbol" => "an exported symbol",
        "__param" => "a parameter",
        ".modinfo" => "what modinfo shows",
        "_ftrace_events" or "__tracepoints_ptrs" => "a tracepoint",
        _ when section.Contains("initcall", StringComparison.Ordinal) => "a start function",
        _ => "a table of the start",
    };
}
