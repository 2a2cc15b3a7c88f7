using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Symbols;
using Klp.Kernel.Trees;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Tests.Support;

/// <summary>Converts modules for the demo kernel.</summary>
internal static class DemoConversion
{
    private static readonly Lazy<ConversionContext> Known = new(() => ContextFor(DemoTree.Tree, DemoTree.Database));

    /// <summary>What the SDK knows when it converts.</summary>
    internal static ConversionContext Context => Known.Value;

    /// <summary>The context of another tree, with its own database and exports.</summary>
    internal static ConversionContext ContextFor(KernelTree tree)
    {
        using TempFolder folder = new();
        DiagnosticBag diagnostics = new();
        SymbolDatabaseBuilder.Build(tree.Sources, folder["symbols.klp"], diagnostics);
        Expect.Nothing(diagnostics);
        return ContextFor(tree, DemoTree.OpenDatabase(folder["symbols.klp"]));
    }

    internal static ConversionPlan Plan(string path, ConversionContext? context = null) => Plan(ElfObject.Open(path), context);

    internal static ConversionPlan Plan(ElfObject module, ConversionContext? context = null) => ConversionPlanner.Plan(module, context ?? Context);

    /// <summary>Converts a module about which there is nothing to tell.</summary>
    internal static byte[] Convert(string path)
    {
        ConversionPlan plan = Plan(path);
        Expect.Nothing(plan.Diagnostics);
        return Expect.SecondReaderAgrees(plan, ConversionApplier.Apply(plan));
    }

    /// <summary>The decision about a symbol.</summary>
    internal static SymbolDecision Decision(this ConversionPlan plan, string name) => plan.Decisions.Single(decision => decision.Name == name);

    /// <summary>Asserts what becomes of a symbol: <c>object:name,position</c>, and the livepatch sections its relocations move to.</summary>
    internal static void AssertConverts(this ConversionPlan plan, string name, string target, params string[] sections)
    {
        SymbolDecision decision = plan.Decision(name);
        Assert.Equal((SymbolDecisionKind.Livepatch, target), (decision.Kind, decision.Target!.ToString()));
        Assert.Equal(sections.Order(StringComparer.Ordinal), plan.SectionsOf(name).Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>Asserts that a symbol stays as it is.</summary>
    internal static void AssertLeaves(this ConversionPlan plan, string name)
    {
        Assert.Equal(SymbolDecisionKind.Leave, plan.Decision(name).Kind);
        Assert.Empty(plan.SectionsOf(name));
    }

    private static IEnumerable<string> SectionsOf(this ConversionPlan plan, string name) =>
        plan.Moves.Where(move => move.Relocation.Symbol == plan.Decision(name).Symbol).Select(move => LivepatchNames.RelocationSection(move.PatchedObject, move.Target.Name));

    private static ConversionContext ContextFor(KernelTree tree, SymbolDatabase database)
    {
        DiagnosticBag diagnostics = new();
        ConversionContext? context = ConversionContext.For(tree, database, diagnostics);
        Expect.Nothing(diagnostics);
        return context!;
    }
}
