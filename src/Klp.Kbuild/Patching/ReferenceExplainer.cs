using Klp.Kernel.Facts;
using Klp.Kernel.SymbolTables;
using Klp.Kernel.Trees;
using Klp.Livepatch.Modules;
using Klp.Patching.Extraction;

namespace Klp.Kbuild.Patching;

/// <summary>Explains where the references of extracted code lead that do not stay in the livepatch.</summary>
internal sealed class ReferenceExplainer(KernelTree tree, PlacedUnit placed, ExtractionPlan plan)
{
    /// <summary>The references, each symbol once, in the order of their kinds and names.</summary>
    internal IReadOnlyList<ExplainedReference> Explain() =>
        [.. plan.Decisions.Values.Select(Explain).OfType<ExplainedReference>().Distinct()
            .OrderByDescending(reference => reference.Kind, StringComparer.Ordinal)
            .ThenBy(reference => reference.ObjectName, StringComparer.Ordinal)
            .ThenBy(reference => reference.Name, StringComparer.Ordinal)
            .ThenBy(reference => reference.Position)];

    private ExplainedReference? Explain(ReferenceDecision decision) => decision.Kind switch
    {
        ReferenceKind.Export => new ExplainedReference(decision.SymbolName!, "export", null, 0, null),
        ReferenceKind.Livepatch => new ExplainedReference(
            decision.Symbol!.Name, "livepatch", decision.Symbol.ObjectName, decision.Symbol.Sympos.Value, SourceOf(decision.Symbol)),
        ReferenceKind.OtherUnit => new ExplainedReference(decision.SymbolName!, "other unit", null, 0, null),
        ReferenceKind.Undefined when decision.SymbolName is not null => new ExplainedReference(decision.SymbolName, "weak", null, 0, null),
        _ => null,
    };

    // Of the unit's own symbols it is known; of others the symbol table has the name of the file, for local ones.
    private string? SourceOf(KernelSymbol symbol)
    {
        IReadOnlyList<SymbolCandidate> all = symbol.ObjectName == placed.Image.ObjectName ? placed.Image.Find(symbol.Name)
            : symbol.ObjectName == ModuleName.Vmlinux ? tree.FindInVmlinux(symbol.Name)
            : tree.OpenModule(symbol.ObjectName)?.Find(symbol.Name) ?? [];
        SymbolCandidate? candidate = symbol.Sympos.IsOnly
            ? all.SingleOrDefault()
            : all.FirstOrDefault(other => (ulong)other.Sympos == symbol.Sympos.Value);
        if (candidate is null)
            return null;
        bool isOwn = symbol.ObjectName == placed.Image.ObjectName && placed.Placement.Candidate(symbol.Name)?.Value == candidate.Value;
        return isOwn ? placed.Compiled.Unit.Source : candidate.SourceFile;
    }
}
