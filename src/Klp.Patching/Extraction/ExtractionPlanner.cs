using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Livepatch.Modules;
using Klp.Patching.Diff;

namespace Klp.Patching.Extraction;

/// <summary>
/// Plans what of a patched unit a livepatch gets: what changed and what that needs and the kernel does not have. All else is
/// referred to where the kernel has it. What cannot be done right is refused. Pure: reads, and edits nothing.
/// </summary>
/// <param name="request">The unit.</param>
/// <param name="diagnostics">Receives what is refused, and what is worth knowing.</param>
public sealed class ExtractionPlanner(ExtractionRequest request, DiagnosticBag diagnostics)
{
    private readonly UnitDiff diff = request.Diff;
    private readonly UnitObject unit = request.Diff.Patched;
    private readonly ChangeSpread spread = new(request, diagnostics);
    private readonly SharedBoundaries boundaries = new(request);
    private readonly CodeCut cut = new(request, diagnostics);
    private readonly Dictionary<UnitPart, string> included = [];
    private readonly Queue<UnitPart> pending = new();
    private readonly Dictionary<ElfRelocation, ReferenceDecision> decisions = [];
    private readonly List<TableEntry> entries = [];

    /// <summary>Plans.</summary>
    /// <returns>The plan; null after an error.</returns>
    public ExtractionPlan? Plan()
    {
        ExtractionRefusals refusals = new(request, diagnostics);
        refusals.CheckUnit();
        spread.Find();
        if (diagnostics.HasErrors)
            return null;

        new LeftFunctions(request, diagnostics, [.. spread.Functions.Keys.Where(function => !spread.Carried.Contains(function))]).Check();
        foreach ((UnitPart function, string reason) in spread.Functions)
            Include(function, reason);
        foreach (UnitPart part in diff.New.Where(part => part.IsGlobal && !UnitDiff.IsForStart(part)))
            Include(part, "new");
        while (pending.TryDequeue(out UnitPart? part))
            Follow(part);
        refusals.CheckIncluded(included.Keys);
        IReadOnlyList<ReplacedFunction> functions = Replaced();
        return diagnostics.HasErrors ? null : new ExtractionPlan
        {
            Unit = unit,
            ObjectName = request.Placement.ObjectName,
            Parts = [.. unit.Parts
                .Where(included.ContainsKey)
                .Concat(included.Keys.Where(part => part.Kind == PartKind.Alternative).OrderBy(part => part.Offset))
                .Select(part => new IncludedPart(part, included[part], IsNew(part)))],
            Functions = functions,
            Carried = spread.Carried,
            Entries = entries,
            Decisions = decisions,
        };
    }

    private ReplacedFunction[] Replaced()
    {
        List<ReplacedFunction> replaced = [];
        foreach ((UnitPart function, string reason) in spread.Functions.Where(pair => !spread.Carried.Contains(pair.Key)))
        {
            // A new caller of one that cannot be replaced replaces nothing.
            if (diff.OriginalOf(function) is not { } original)
                continue;
            if (request.FindOwn(original) is not { } symbol)
                diagnostics.Add(ExtractionMessages.NotInKernel(request, original.Name));
            else
                replaced.Add(new ReplacedFunction(function, symbol, request.NewName(symbol.Name), reason));
        }

        return [.. replaced];
    }

    private bool IsNew(UnitPart part) => part.Kind != PartKind.Alternative && diff.OriginalOf(part) is null;

    private void Include(UnitPart part, string reason)
    {
        if (included.TryAdd(part, reason))
            pending.Enqueue(part);
    }

    private void Follow(UnitPart part)
    {
        foreach (PartReference reference in unit.ReferencesOf(part))
            Decide(part, reference, entry: null);
        if (part.Kind != PartKind.Function)
            return;
        foreach (UnitPart cold in unit.ColdPartsOf(part))
            Include(cold, $"a part of {part.Name}()");
        foreach (TableEntry entry in unit.EntriesOf(part))
            Follow(part, entry);
    }

    private void Follow(UnitPart function, TableEntry entry)
    {
        if (entry.Table.IsJumpLabels && KeyOf(entry) is { } key && key.ObjectName != ModuleName.Vmlinux)
        {
            if (!key.Name.StartsWith("__tracepoint_", StringComparison.Ordinal))
                diagnostics.Add(ExtractionMessages.KeyOfModule(request, function.Name, key));
            else
                diagnostics.Add(ExtractionMessages.TracepointOff(request, function.Name, key));
            return;
        }

        entries.Add(entry);
        foreach (PartReference reference in entry.References)
            Decide(function, reference, entry);
    }

    // struct jump_entry: the key is at offset 8 (include/linux/jump_label.h).
    private KernelSymbol? KeyOf(TableEntry entry) =>
        entry.References.FirstOrDefault(reference => reference.Offset == 8) is { } key
            ? key.Target is null ? request.Kernel.FindGlobal(key.ExternalName!) : KernelSymbolOf(key.Target)
            : null;

    private void Decide(UnitPart from, PartReference reference, TableEntry? entry)
    {
        ReferenceDecision? decision = reference.Target is { } target ? ToPart(from, reference, target, entry)
            : entry is not null && unit.AlternativeOf(entry, reference) is { } code ? Take(code, $"an alternative of {from.Name}()", 0)
            : ToOther(from, reference);
        if (decision is null || !cut.IsRight(from, reference, entry, decision))
            return;
        if (entry is { Table.IsReadAtLoad: true } && decision.Symbol is { } symbol && symbol.ObjectName != ModuleName.Vmlinux)
            diagnostics.Add(ExtractionMessages.EntryTooLate(request, from.Name, entry, symbol));
        decisions[reference.Relocation] = decision;
    }

    private ReferenceDecision? ToOther(UnitPart from, PartReference reference)
    {
        string name = reference.ExternalName!;
        ElfSymbol? symbol = reference.Relocation.Symbol;
        if (symbol is null && name.Length > 0)
        {
            cut.RefuseUnnamed(from);
            return null;
        }

        if (symbol is null)
            return new ReferenceDecision(ReferenceKind.Undefined, null, null, null, reference.TargetOffset);
        if (symbol.Section is { } section)
        {
            diagnostics.Add(ExtractionMessages.UnknownSection(request, from.Name, section.Name));
            return null;
        }

        if (request.NewGlobals.Contains(name))
            return new ReferenceDecision(ReferenceKind.OtherUnit, null, name, null, reference.TargetOffset);
        if (request.Kernel.IsExported(name))
            return new ReferenceDecision(ReferenceKind.Export, null, name, null, reference.TargetOffset);
        if ((request.Kernel.FindGlobal(name) ?? request.FindInOtherUnits(name)) is { } found)
            return new ReferenceDecision(ReferenceKind.Livepatch, null, name, found, reference.TargetOffset);
        if (symbol.Binding == ElfSymbolBinding.Weak)
            return new ReferenceDecision(ReferenceKind.Undefined, null, name, null, reference.TargetOffset);
        diagnostics.Add(ExtractionMessages.NotAddressable(request, from.Name, name));
        return null;
    }

    private ReferenceDecision? ToPart(UnitPart from, PartReference reference, UnitPart target, TableEntry? entry)
    {
        switch (target.Kind)
        {
            case PartKind.Function:
                return ToFunction(from, reference, target, entry);
            case PartKind.Variable:
                return ToVariable(from, reference, target);
            default:
                if (target.Kind == PartKind.Strings || IsUnnamedConstant(target))
                    return Take(target, $"used by {from.Name}", reference.TargetOffset);
                diagnostics.Add(ExtractionMessages.UnknownSection(request, from.Name, target.Section.Name));
                return null;
        }
    }

    private ReferenceDecision? ToFunction(UnitPart from, PartReference reference, UnitPart target, TableEntry? entry)
    {
        bool isInside = reference.TargetOffset != target.SymbolOffset;
        // A pointer to the function's beginning is a pointer, in the function itself too: a timer's function that starts it anew.
        bool isPointer = !isInside && entry is null && !unit.IsBranch(reference);
        bool isOfOne = PartNames.ParentOfCold(target.Name) == from.Name
            || (!isPointer && (target == from || PartNames.ParentOfCold(from.Name) == target.Name));
        if (isOfOne)
            return Take(target, $"a part of {from.Name}()", reference.TargetOffset);
        if (from.Kind == PartKind.Variable && CodeLabels.IsLabel(unit, reference)
            && spread.Functions.ContainsKey(unit.WithoutCold(target)))
        {
            return Take(target, $"{from.Name} has places of it", reference.TargetOffset);
        }

        if (diff.OriginalOf(target) is not { } original)
            return Take(target, "new", reference.TargetOffset);
        if (UnitDiff.IsForStart(original))
            return ToFreed(from, reference, target);
        if (spread.Functions.ContainsKey(target))
        {
            if (!isPointer || spread.Carried.Contains(target))
                return Take(target, included.GetValueOrDefault(target, "changed"), reference.TargetOffset);
            // Pointers to a function are compared, and a table of the kernel has the original's.
            diagnostics.Add(ExtractionMessages.AddressOfOriginal(request, from.Name, target.Name));
        }

        return ToKernel(from, reference, target);
    }

    // What was for the start alone, the kernel does not have any more. Code that used it before does so as the kernel starts.
    private ReferenceDecision? ToFreed(UnitPart from, PartReference reference, UnitPart target)
    {
        if (!UnitDiff.IsForStart(target))
            return Take(target, "for the start alone before", reference.TargetOffset);
        UnitPart freed = diff.OriginalOf(target)!;
        if (diff.OriginalOf(from) is { } before && diff.Original.ReferencesOf(before).Any(old => old.Target == freed))
            return ToKernel(from, reference, target);
        diagnostics.Add(ExtractionMessages.UsesFreed(request, from.Name, target.Name));
        return null;
    }

    private ReferenceDecision? ToVariable(UnitPart from, PartReference reference, UnitPart target)
    {
        if (unit.IsOfMacro(target))
        {
            if (target.IsWritable && target.Size > 0 && HadSuch(from, target))
                diagnostics.Add(ExtractionMessages.OnceAgain(request, from.Name, target.Name));
            return Take(target, $"{from.Name}() has it for itself", reference.TargetOffset);
        }

        if (boundaries.ArrayMeant(from, reference) is { } array)
        {
            diagnostics.Add(ExtractionMessages.OneOfSection(request, from.Name, array, target));
            return null;
        }

        if (spread.Constants.Contains(target))
            return Take(target, "changed", reference.TargetOffset);
        if (CodeLabels.FunctionsOf(unit, target).FirstOrDefault(spread.Functions.ContainsKey) is { } function)
        {
            if (CodeLabels.OwnerOf(unit, target) is not null)
                return Take(target, $"has places of {function.Name}()", reference.TargetOffset);
            diagnostics.Add(ExtractionMessages.HasPlaces(request, function.Name, target.Name));
            return null;
        }

        if (diff.OriginalOf(target) is { } original)
            return UnitDiff.IsForStart(original) ? ToFreed(from, reference, target) : ToKernel(from, reference, target);
        if (diff.MayBeKernels(target) && AddressFlow.Find(unit, target) is { } leaving)
        {
            diagnostics.Add(ExtractionMessages.ConstantNotTold(request, from.Name, target.Name, leaving));
            return null;
        }

        if (diff.IsAmbiguous(target) && target.IsWritable)
        {
            diagnostics.Add(ExtractionMessages.AmbiguousStatic(request, from.Name, target.Name));
            return null;
        }

        if (!DataMemory.IsOrdinary(target.Section.Name))
        {
            diagnostics.Add(ExtractionMessages.UnknownSection(request, from.Name, target.Section.Name));
            return null;
        }

        return Take(target, "new", reference.TargetOffset);
    }

    // One that the patch adds starts with the livepatch anyway.
    private bool HadSuch(UnitPart from, UnitPart variable) =>
        diff.OriginalOf(from) is { } original
        && diff.Original.ReferencesOf(original).Any(reference =>
            reference.Target is { } other && diff.Original.IsOfMacro(other) && PartNames.Stem(other.Name) == PartNames.Stem(variable.Name));

    private ReferenceDecision? ToKernel(UnitPart from, PartReference reference, UnitPart target)
    {
        UnitPart original = diff.OriginalOf(target)!;
        long addend = reference.TargetOffset - target.SymbolOffset;
        if (target.Kind == PartKind.Function && addend != 0)
        {
            // With sections of their own functions need not have the same instructions as in the kernel.
            diagnostics.Add(ExtractionMessages.HasPlaces(request, target.Name, from.Name));
            return null;
        }

        if (original.Symbols.FirstOrDefault(
            name => name.Binding != ElfSymbolBinding.Local && request.Kernel.IsExported(name.Name)) is { } export)
        {
            return new ReferenceDecision(ReferenceKind.Export, null, export.Name, null, addend);
        }

        if (KernelSymbolOf(target) is { } symbol)
            return new ReferenceDecision(ReferenceKind.Livepatch, null, target.Name, symbol, addend);
        // A constant is the same wherever it is, as long as only what it holds counts.
        if (target is { Kind: PartKind.Variable, IsWritable: false } && AddressFlow.Find(unit, target) is null)
            return Take(target, $"a constant that {from.Name} uses", reference.TargetOffset);
        if (request.IsInlinedInKernel(original) && unit.IsBranch(reference))
            return Take(target, "inlined in the kernel", reference.TargetOffset);
        diagnostics.Add(request.RuntimeConstants.Contains(target.Name)
            ? ExtractionMessages.RuntimeConstantLost(request, from.Name, target.Name)
            : ExtractionMessages.NotAddressable(request, from.Name, target.Name));
        return null;
    }

    // A weak definition may have given way to another unit's, which is what everybody means then.
    private KernelSymbol? KernelSymbolOf(UnitPart part) =>
        (diff.OriginalOf(part) ?? part).Symbols
            .Select(
                name => request.FindOwn(diff.OriginalOf(part) ?? part, name.Name)
                    ?? (name.Binding == ElfSymbolBinding.Local ? null : request.Kernel.FindGlobal(name.Name)))
            .FirstOrDefault(found => found is not null);

    private ReferenceDecision Take(UnitPart target, string reason, long offset)
    {
        Include(target, reason);
        return new ReferenceDecision(ReferenceKind.Included, target, null, null, offset);
    }

    private static bool IsUnnamedConstant(UnitPart part) =>
        !part.IsWritable && part.Section.Name.StartsWith(".rodata", StringComparison.Ordinal);
}
