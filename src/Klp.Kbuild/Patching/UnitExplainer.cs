using Klp.Kbuild.Disassembly;
using Klp.Kernel.Trees;
using Klp.Livepatch.Modules;
using Klp.Patching.Diff;
using Klp.Patching.Extraction;
using Klp.Patching.Patches;

namespace Klp.Kbuild.Patching;

/// <summary>Explains what became of a unit whose place in the kernel was found.</summary>
/// <param name="unit">The unit.</param>
/// <param name="files">The patched files that it is made from.</param>
/// <param name="patchNames">What patches are called, by their paths.</param>
internal sealed class UnitExplainer(ExtractedUnit unit, IReadOnlyList<PatchedSource> files, IReadOnlyDictionary<string, string> patchNames)
{
    private const string Changed = "changed";

    private readonly PlacedUnit placed = unit.Placed!;
    private readonly UnitDiff diff = unit.Placed!.Diff;
    private readonly SourceOrigins origins = new(files, unit.Placed!.Diff);
    private readonly UnitListings listings = new(unit.Placed!);
    private readonly Dictionary<UnitPart, IReadOnlyList<SourceOrigin>> found = [];

    /// <summary>Disassembles what is to be shown.</summary>
    internal void Disassemble(Disassembler disassembler, string folder, CancellationToken cancellation) =>
        listings.Read(
            disassembler,
            [.. Replaced.Select(replaced => replaced.Part).Concat(Shown)],
            Path.Combine(folder, placed.Compiled.Unit.Object),
            cancellation);

    /// <summary>What became of the unit.</summary>
    internal ExplainedUnit Explain(KernelTree tree)
    {
        KernelUnit compiled = placed.Compiled.Unit;
        ExplainedFunction[] functions = [.. Replaced.Select(
            replaced => Explain(replaced.Part, replaced.Symbol, replaced.NewName, replaced.Reason))];
        ExplainedPart[] parts = [.. (unit.Plan?.Parts ?? []).Select(Explain)];
        HashSet<SourceChange> told = [.. found.Values.SelectMany(list => list).Select(origin => origin.Change)];
        return new ExplainedUnit(
            compiled.Object,
            compiled.Source,
            compiled.ObjectName,
            $"{placed.Compiled.Proof} {compiled.ObjectName} was linked from it: {placed.Placement.SectionCount} sections have the "
            + "same contents there.",
            functions,
            parts,
            unit.Plan is null ? [] : new ReferenceExplainer(tree, placed, unit.Plan).Explain())
        {
            IsProved = true,
            OtherChanges = [.. files.SelectMany(
                file => file.Changes.Where(change => !told.Contains(change)).Select(change => Explain(file, change, null)))],
        };
    }

    // Of a refused patch what changed, as far as it can be told.
    private IEnumerable<(UnitPart Part, KernelSymbol? Symbol, string NewName, string Reason)> Replaced => unit.Plan is { } plan
        ? plan.Functions.Select(function => (function.Part, (KernelSymbol?)function.Symbol, function.NewName, function.Reason))
        : diff.Changed
            .Where(part => part.Kind == PartKind.Function && part.ColdParent is null)
            .Select(part => (part, placed.Placement.Find(diff.OriginalOf(part)!.Name), "", Changed));

    // Changed functions that are taken along, and cold parts.
    private IEnumerable<UnitPart> Shown => (unit.Plan is { } plan ? plan.Parts.Select(part => part.Part) : diff.Changed)
        .Where(part => part.Kind == PartKind.Function && diff.Changed.Contains(part));

    private ExplainedFunction Explain(UnitPart part, KernelSymbol? symbol, string newName, string reason)
    {
        IReadOnlyList<SourceOrigin> own = OriginsOf(part);
        return new ExplainedFunction(symbol?.ToString() ?? part.Name, newName, reason == Changed ? ReasonOf(part, own) : reason)
        {
            ObjectName = placed.Compiled.Unit.ObjectName,
            Name = symbol?.Name ?? part.Name,
            Position = symbol?.Sympos.Value ?? 0,
            Changes = [.. own.Select(origin => Explain(origin, part))],
            Listings = [.. Shown.Where(other => other.ColdParent == part.Name).Prepend(part).Select(listings.Of).OfType<FunctionListing>()],
        };
    }

    private ExplainedPart Explain(IncludedPart included)
    {
        UnitPart part = included.Part;
        bool isShownHere = Shown.Contains(part) && part.ColdParent is null && !unit.Plan!.Functions.Any(function => function.Part == part);
        return new ExplainedPart(part.Name, included.Reason)
        {
            Kind = part.Kind switch
            {
                PartKind.Function => "function",
                PartKind.Alternative => "alternative",
                PartKind.Variable => part.IsWritable ? "variable" : "constant",
                PartKind.Strings => "strings",
                _ => "section",
            },
            Size = part.Size,
            Changes = isShownHere ? [.. OriginsOf(part).Select(origin => Explain(origin, part))] : [],
            Listing = isShownHere ? listings.Of(part) : null,
        };
    }

    private IReadOnlyList<SourceOrigin> OriginsOf(UnitPart part)
    {
        if (!found.TryGetValue(part, out IReadOnlyList<SourceOrigin>? known))
            found.Add(part, known = diff.OriginalOf(part) is null ? [] : origins.Of(part));
        return known;
    }

    private static string ReasonOf(UnitPart part, IReadOnlyList<SourceOrigin> own)
    {
        string[] copies = [.. own
            .Where(origin => !origin.IsIn(part))
            .Select(origin => origin.Function)
            .Distinct(StringComparer.Ordinal)
            .Select(function => $"{function}()")];
        bool isItself = own.Any(origin => origin.IsIn(part));
        if (copies.Length == 0)
            return isItself
                ? Changed
                : "changed, though no line of the patch is in it: a macro, a type or a constant that it uses did, or the compiler "
                    + "decided otherwise";
        string copy = $"has a copy of {string.Join(", ", copies)}, which the patch changes";
        return isItself ? $"changed, and {copy}" : copy;
    }

    private ExplainedChange Explain(SourceOrigin origin, UnitPart part) =>
        Explain(origin.File, origin.Change, origin.IsIn(part) ? null : origin.Function);

    private ExplainedChange Explain(PatchedSource file, SourceChange change, string? function) =>
        ExplainedChanges.Of(file, change, function, patchNames);
}
