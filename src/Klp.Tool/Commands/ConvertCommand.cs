using System.CommandLine;
using Klp.Elf;
using Klp.Livepatch;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Diagnostics;
using Klp.Livepatch.Kernel;
using Klp.Livepatch.Symbols;

namespace Klp.Tool.Commands;

/// <summary><c>klp convert</c>: turns the unresolved relocations of a module into livepatch relocations.</summary>
internal static class ConvertCommand
{
    internal static Command Create()
    {
        Argument<string> input = new("IN") { Description = "The module as the linker made it." };
        Option<string> kernel = SharedOptions.Kernel();
        Option<string?> symbols = new("--symbols", "-s") { Description = "The symbol database. Default: made from the kernel tree.", HelpName = "FILE" };
        Option<string> output = new("--output", "-o") { Description = "The converted module.", HelpName = "FILE", Required = true };
        Option<bool> explain = new("--explain") { Description = "Say what is decided about each symbol and relocation, and why." };
        Command command = new("convert", "Turns the unresolved relocations of a module into livepatch relocations.") { input, kernel, symbols, output, explain };
        command.SetAction(arguments => Run(
            arguments.GetRequiredValue(input),
            arguments.GetRequiredValue(kernel),
            arguments.GetValue(symbols),
            arguments.GetRequiredValue(output),
            arguments.GetValue(explain)));
        return command;
    }

    private static int Run(string input, string kernel, string? symbols, string output, bool explain)
    {
        DiagnosticBag diagnostics = new();
        if (KernelTree.Open(kernel, diagnostics) is not { } tree || OpenDatabase(tree, symbols, diagnostics) is not { } database)
            return DiagnosticPrinter.Print(diagnostics);

        ConversionContext context = new()
        {
            Database = database,
            Dialect = KernelDialect.For(tree.Version),
            Exports = ModuleSymvers.Read(tree.ModuleSymversPath, diagnostics),
            Tree = tree,
        };
        if (diagnostics.HasErrors)
            return DiagnosticPrinter.Print(diagnostics);

        ConversionPlan plan = ConversionPlanner.Plan(ElfObject.Open(input), context);
        if (explain)
            Explain(plan);
        if (!plan.Diagnostics.HasErrors)
            AtomicFile.WriteAllBytes(output, ConversionApplier.Apply(plan));
        return DiagnosticPrinter.Print(plan.Diagnostics);
    }

    private static SymbolDatabase? OpenDatabase(KernelTree tree, string? symbols, DiagnosticBag diagnostics)
    {
        if (symbols is not null)
            return SymbolDatabase.Open(symbols, diagnostics);

        string made = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            return SymbolDatabaseBuilder.Build(tree.Sources, made, diagnostics) ? SymbolDatabase.Open(made, diagnostics) : null;
        }
        finally
        {
            File.Delete(made);
        }
    }

    private static void Explain(ConversionPlan plan)
    {
        foreach (SymbolDecision decision in plan.Decisions)
            Console.Out.WriteLine($"{decision.Name}: {(decision.Target is { } target ? LivepatchNames.Symbol(target) : decision.Kind.ToString())}: {decision.Reason}");
        foreach (RelocationMove move in plan.Moves)
            Console.Out.WriteLine($"{move.Target.Name}+0x{move.Relocation.Offset:x}: {LivepatchNames.RelocationSection(move.PatchedObject, move.Target.Name)}: {move.Reason}");
    }
}
