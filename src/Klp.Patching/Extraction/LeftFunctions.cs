using Klp.Elf.Relocations;
using Klp.Kernel.Diagnostics;
using Klp.Patching.Diff;

namespace Klp.Patching.Extraction;

/// <summary>
/// Refuses what would be wrong about functions that only the original version has. The kernel keeps them as they were, and whoever has
/// the address of one, as a timer that runs, goes on calling it; so does who sleeps in it.
/// </summary>
/// <param name="request">The unit.</param>
/// <param name="diagnostics">Receives what is refused.</param>
/// <param name="replaced">The functions of the patched version that take the place of others.</param>
internal sealed class LeftFunctions(ExtractionRequest request, DiagnosticBag diagnostics, IReadOnlyCollection<UnitPart> replaced)
{
    private readonly UnitDiff diff = request.Diff;
    private readonly UnitObject original = request.Diff.Original;
    private readonly UnitObject patched = request.Diff.Patched;
    private readonly HashSet<UnitPart> gone = [.. request.Diff.Gone.Where(part => part.Kind == PartKind.Function)];

    internal void Check()
    {
        CheckCode();
        CheckSplit();
        CheckTypes();
        CheckCallees();
    }

    // Its address leads to code that the patch does not reach.
    private void CheckCode()
    {
        foreach (UnitPart function in gone.Where(part => !part.IsGlobal && IsAddressKept(part)))
        {
            UnitPart? clone = diff.New.FirstOrDefault(part => part is { Kind: PartKind.Function, ColdParent: null }
                && part.SourceName == function.SourceName);
            if (clone is not null || patched.Declarations?.Functions.Contains(function.SourceName) == true)
                diagnostics.Add(ExtractionMessages.NoCodeLeft(request, function.Name, clone?.Name));
        }
    }

    // Two that were one have one address.
    private void CheckSplit()
    {
        foreach (UnitPart function in diff.New.Where(part => part.Kind == PartKind.Function))
        {
            if (original.Parts.FirstOrDefault(part => part.Kind == PartKind.Function
                && part.Symbols.Any(symbol => symbol.Name == function.Name)) is { } shared && IsAddressKept(shared))
            {
                diagnostics.Add(ExtractionMessages.AddressShared(request, function.Name, shared.Name));
            }
        }
    }

    private void CheckTypes()
    {
        foreach (UnitPart function in replaced)
        {
            if (diff.OriginalOf(function) is { } before && AllUsesOf(before).Any(use => !original.IsBranch(use))
                && TypesOf(original, before) is [var old, ..] && TypesOf(patched, function) is [var made, ..]
                && !HasSameType(before, function))
            {
                diagnostics.Add(ExtractionMessages.CalledByAddress(request, function.Name, old, made));
            }
        }
    }

    private void CheckCallees()
    {
        foreach (UnitPart function in Reached())
        {
            foreach (UnitPart callee in original.ReferencesOf(function)
                .Where(original.IsBranch)
                .Select(reference => reference.Target)
                .OfType<UnitPart>()
                .Distinct())
            {
                if (replaced.FirstOrDefault(part => diff.OriginalOf(part) == callee) is { } now && !HasSameType(callee, now))
                    diagnostics.Add(ExtractionMessages.CalledByLeft(request, now.Name, original.WithoutCold(function).Name));
            }
        }
    }

    // What calls one that is left by a call is on the stack below it, and nobody is switched over while it is there; not so who jumps.
    private IEnumerable<UnitPart> Reached()
    {
        HashSet<UnitPart> reached = [];
        Queue<UnitPart> pending = new(gone.Where(function => IsAddressKept(function) || IsJumpedTo(function)));
        while (pending.TryDequeue(out UnitPart? function))
        {
            if (!reached.Add(function))
                continue;
            foreach (UnitPart next in original
                .ReferencesOf(function)
                .Select(reference => reference.Target)
                .OfType<UnitPart>()
                .Where(gone.Contains))
            {
                pending.Enqueue(next);
            }
        }

        return original.Parts.Where(reached.Contains);
    }

    private bool IsAddressKept(UnitPart function) => UsesOf(function).Any(use => !original.IsBranch(use));

    private bool IsJumpedTo(UnitPart function) =>
        UsesOf(function).Any(use => RelocationTypes.For(original.Source.Header.Machine).MayBeJump(use.Relocation.Type));

    // What the start alone refers to by a name it has done with; what it stored is there still.
    private IEnumerable<PartReference> UsesOf(UnitPart function) => UsesBy(
        function, original.UsersOf(function).Where(user => !UnitDiff.IsForStart(user)));

    private IEnumerable<PartReference> AllUsesOf(UnitPart function) => UsesBy(function, original.UsersOf(function));

    private IEnumerable<PartReference> UsesBy(UnitPart function, IEnumerable<UnitPart> users) => users
        .Where(user => original.WithoutCold(user) != original.WithoutCold(function))
        .SelectMany(original.ReferencesOf)
        .Where(reference => reference.Target == function && reference.TargetOffset == function.SymbolOffset);

    // False where it is not known, as of clones.
    private bool HasSameType(UnitPart before, UnitPart after) => TypesOf(original, before) is { Length: > 0 } old
        && old.ToHashSet(StringComparer.Ordinal).SetEquals(TypesOf(patched, after));

    // Which parameters a clone has is the compiler's to choose.
    private static string[] TypesOf(UnitObject version, UnitPart function) =>
        function.SourceName != function.Name ? [] : [.. version.Declarations?.Functions[function.Name] ?? []];
}
