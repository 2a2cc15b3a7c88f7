using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Elf.Relocations;
using Klp.Patching.Diff;
using Klp.Patching.Extraction;

namespace Klp.Patching.Tests.Extraction;

/// <summary>A plan as a text, without what another compiler does otherwise: places of instructions, numbers of static variables.</summary>
internal static class PlanText
{
    internal static string Of(ExtractionPlan plan) => string.Concat(Lines(plan).Select(line => line + "\n"));

    private static IEnumerable<string> Lines(ExtractionPlan plan)
    {
        foreach (ReplacedFunction function in plan.Functions)
            yield return $"replaces {function.Symbol} with {function.NewName}: {function.Reason}";
        foreach (IncludedPart part in plan.Parts)
            yield return $"has {(part.IsNew ? "new " : "")}{NameOf(part.Part)}: {part.Reason}";
        foreach (IGrouping<string, TableEntry> table in plan.Entries.GroupBy(entry => $"{entry.Table.Name} of {entry.Owner!.Name}"))
            yield return $"entries in {table.Key}: {table.Count()}";
        foreach (string reference in References(plan).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            yield return reference;
    }

    private static IEnumerable<string> References(ExtractionPlan plan)
    {
        foreach (IncludedPart part in plan.Parts)
        {
            foreach (PartReference reference in plan.Unit.ReferencesOf(part.Part))
                yield return $"{NameOf(part.Part)}: {Describe(reference.Relocation, plan)}";
        }

        foreach (TableEntry entry in plan.Entries)
        {
            foreach (PartReference reference in entry.References)
                yield return $"{entry.Table.Name} of {entry.Owner!.Name}: {Describe(reference.Relocation, plan)}";
        }
    }

    private static string Describe(ElfRelocation relocation, ExtractionPlan plan)
    {
        ReferenceDecision decision = plan.Decisions[relocation];
        string to = decision.Kind switch
        {
            ReferenceKind.Included => $"its own {NameOf(decision.Part!)}",
            ReferenceKind.Livepatch => $"livepatch symbol {Stem(decision.Symbol!.ToString())}",
            ReferenceKind.Export => $"export {decision.SymbolName}",
            ReferenceKind.OtherUnit => $"new {decision.SymbolName} of another unit",
            _ => $"undefined {decision.SymbolName}",
        };
        return $"{RelocationTypes.For(ElfMachine.AArch64).Name(relocation.Type)} to {to}";
    }

    // Which alignment the section of strings has is the compiler's business.
    private static string NameOf(UnitPart part) => part.Kind == PartKind.Strings ? "strings" : Stem(part.Name);

    private static string Stem(string name) => PartNames.Stem(name);
}
