using Klp.Kernel.Diagnostics;
using Klp.Patching.Diff;

namespace Klp.Patching.Extraction;

/// <summary>
/// Finds the functions that have to be replaced: those that changed, those that read a constant that changed, and the callers of
/// a changed function that cannot be replaced itself, as ftrace cannot attach to it.
/// </summary>
internal sealed class ChangeSpread(ExtractionRequest request, DiagnosticBag diagnostics)
{
    private readonly UnitDiff diff = request.Diff;
    private readonly UnitObject unit = request.Diff.Patched;
    private readonly Dictionary<UnitPart, string> functions = [];
    private readonly HashSet<UnitPart> carried = [];
    private readonly HashSet<UnitPart> constants = [];

    /// <summary>The functions with the reasons, by the order of the unit.</summary>
    internal IReadOnlyDictionary<UnitPart, string> Functions => functions;

    /// <summary>Those of them that are taken along and not replaced: all who call them are among them.</summary>
    internal IReadOnlySet<UnitPart> Carried => carried;

    /// <summary>Constants that changed together with all their readers.</summary>
    internal IReadOnlySet<UnitPart> Constants => constants;

    internal void Find()
    {
        foreach (UnitPart part in diff.Changed.Where(part => part.Kind == PartKind.Function))
            Change(part, "changed");
        foreach (UnitPart part in diff.Changed.Where(part => part.Kind == PartKind.Variable))
            ChangeVariable(part);
        Lift();
    }

    private void Change(UnitPart part, string reason)
    {
        part = unit.WithoutCold(part);
        if (diff.OriginalOf(part) is { } original && UnitDiff.IsForStart(original))
            diagnostics.Add(request.IsChangedItself(part)
                ? ExtractionMessages.ForStart(request, part)
                : ExtractionMessages.CopyForStart(request, part));
        else
            functions.TryAdd(part, reason);
    }

    // A constant whose address nobody keeps can be replaced with those that read it; other data is what the kernel works with, also
    // what the patch makes a constant: the kernel may have written to it.
    private void ChangeVariable(UnitPart part)
    {
        UnitPart original = diff.OriginalOf(part)!;
        UnitPart[] users = [.. unit.UsersOf(part)];
        bool isKept = users.Any(user => user.Kind != PartKind.Function)
            || HasFunctions(diff.Original, original)
            || HasFunctions(unit, part);
        if (UnitDiff.IsForStart(part))
        {
            diagnostics.Add(ExtractionMessages.ForStart(request, part));
        }
        else if (CodeLabels.OwnerOf(diff.Original, original) is not null && CodeLabels.OwnerOf(unit, part) is { } owner)
        {
            constants.Add(part);
            Change(owner, $"has its places in {part.Name}, which changed");
        }
        else if (original.IsWritable || part.IsWritable || part.IsGlobal || isKept)
        {
            diagnostics.Add(ExtractionMessages.DataChanged(request, original, part, users));
        }
        else if ((AddressFlow.Find(diff.Original, original) ?? AddressFlow.Find(unit, part)) is { } leaving)
        {
            diagnostics.Add(ExtractionMessages.AddressLeaves(request, part, leaving));
        }
        else
        {
            constants.Add(part);
            foreach (UnitPart user in users)
                Change(user, $"reads {part.Name}, which changed");
        }
    }

    // Objects keep the address of a table of operations: those that are there have the old one, and others would keep one of the
    // livepatch, which goes. What another unit defines may be a function.
    private static bool HasFunctions(UnitObject unit, UnitPart table) => unit.ReferencesOf(table)
        .Any(reference => reference.Target is null or { Kind: PartKind.Function });

    private void Lift()
    {
        Queue<UnitPart> pending = new(functions.Keys);
        while (pending.TryDequeue(out UnitPart? function))
        {
            if (diff.OriginalOf(function) is not { } original || CanBeReplaced(original) || !carried.Add(function))
                continue;
            UnitPart[] users = [.. unit
                .UsersOf(function)
                .Where(user => !UnitDiff.IsForStart(user) && CodeLabels.OwnerOf(unit, user) != function)
                .Select(unit.WithoutCold)
                .Distinct()
                .Where(user => user != function)];
            if (WhyNotLifted(function, users) is { } reason)
            {
                diagnostics.Add(ExtractionMessages.Untraceable(request, function.Name, reason));
                continue;
            }

            List<string> callers = [];
            foreach (UnitPart user in users)
            {
                callers.Add(user.Name);
                if (functions.TryAdd(user, $"calls {function.Name}(), which changed and cannot be replaced itself"))
                    pending.Enqueue(user);
            }

            diagnostics.Add(ExtractionMessages.Lifted(request, function.Name, callers));
        }
    }

    private bool CanBeReplaced(UnitPart original) => diff.Original.IsTraceable(original) && !request.IsInlinedInKernel(original);

    private string? WhyNotLifted(UnitPart function, UnitPart[] users)
    {
        if (function.IsGlobal)
            return "other units may call it";
        if (users.FirstOrDefault(user => user.Kind != PartKind.Function) is { } table)
            return $"its address is in {table.Name}";
        return unit.UsersOf(function)
            .FirstOrDefault(user => CodeLabels.OwnerOf(unit, user) != function && TakesAddress(user, function)) is { } taker
            ? $"{taker.Name}() takes its address"
            : null;
    }

    // Within a function, what leads elsewhere than to its beginning is a table of its branches.
    private bool TakesAddress(UnitPart user, UnitPart function) => unit.ReferencesOf(user).Any(reference =>
        reference.Target == function && !unit.IsBranch(reference)
        && (unit.WithoutCold(user) != function || reference.TargetOffset == function.SymbolOffset));
}
