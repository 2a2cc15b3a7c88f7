using System.CommandLine;
using Klp.Elf;
using Klp.Livepatch;
using Klp.Livepatch.Compression;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Diagnostics;
using Klp.Livepatch.Kernel;
using Klp.Livepatch.Symbols;

namespace Klp.Tool.Commands;

/// <summary><c>klp convert</c>: turns the unresolved relocations of a module into livepatch relocations.</summary>
internal static class ConvertCommand
{
    private static readonly Argument<string[]> Files = new("FILES") { Description = "IN.ko, or as klp-convert has it: SYMBOLS IN.ko OUT.ko. - is standard input or output.", Arity = new ArgumentArity(1, 3) };
    private static readonly Option<string> Kernel = SharedOptions.Kernel();
    private static readonly Option<string[]> Module = SharedOptions.Module();
    private static readonly Option<string?> Symbols = new("--symbols", "-s") { Description = "The symbol database. Default: made from the kernel tree.", HelpName = "FILE" };
    private static readonly Option<string?> Output = new("--output", "-o") { Description = "The converted module.", HelpName = "FILE" };
    private static readonly Option<bool> DryRun = new("--dry-run", "-n") { Description = "Plan and report, but write nothing." };
    private static readonly Option<bool> Explain = new("--explain") { Description = "Say what is decided about each symbol and relocation, and why." };

    internal static Command Create()
    {
        Command command = new("convert", """
            Turns the unresolved relocations of a module into livepatch relocations.

            Examples:
              klp convert --kernel ~/linux/build livepatch.tmp.ko -o livepatch.ko
              klp convert --kernel ~/linux/build --module driver.ko livepatch.tmp.ko -o livepatch.ko
              klp convert --symbols symbols.klp --dry-run --explain livepatch.tmp.ko
              klp convert symbols.klp livepatch.tmp.ko livepatch.ko
            """)
        { Files, Kernel, Module, Symbols, Output, DryRun, Explain, SharedOptions.Json };
        command.Validators.Add(result =>
        {
            int files = result.GetValue(Files)?.Length ?? 0;
            if (files == 2)
                result.AddError("Two files are one too many or one too few: give IN.ko and --output, or SYMBOLS IN.ko OUT.ko.");
            if (files == 1 && result.GetValue(Output) is null && !result.GetValue(DryRun))
                result.AddError("Where to? Give --output FILE, or --dry-run.");
            if (files == 3 && (result.GetValue(Output) is not null || result.GetValue(Symbols) is not null))
                result.AddError("SYMBOLS IN.ko OUT.ko leave no room for --symbols and --output.");
        });
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        string[] files = arguments.GetRequiredValue(Files);
        string? symbols = files.Length == 3 ? files[0] : arguments.GetValue(Symbols);
        string input = files.Length == 3 ? files[1] : files[0];
        string? output = files.Length == 3 ? files[2] : arguments.GetValue(Output);

        DiagnosticBag diagnostics = new();
        if (Context(arguments, symbols, diagnostics) is not { } context)
            return DiagnosticPrinter.Print(diagnostics, arguments);

        ConversionPlan plan = ConversionPlanner.Plan(ElfObject.Read(CompressedFile.Decompress(StandardStreams.Read(input), input), input), context);
        if (arguments.GetValue(Explain))
            PrintExplanation(plan);
        if (!plan.Diagnostics.HasErrors && output is not null && !arguments.GetValue(DryRun))
            Write(output, ConversionApplier.Apply(plan));
        return DiagnosticPrinter.Print(plan.Diagnostics, arguments);
    }

    // A database is enough; a kernel tree adds its version, its Module.symvers and what candidates look like.
    private static ConversionContext? Context(ParseResult arguments, string? symbols, DiagnosticBag diagnostics)
    {
        string kernel = arguments.GetRequiredValue(Kernel);
        string[] modules = arguments.GetRequiredValue(Module);
        if (kernel.Length == 0 && modules.Length == 0 && symbols is not null)
            return SymbolDatabase.Open(symbols, diagnostics) is { } alone ? new ConversionContext { Database = alone } : null;
        return KernelTree.Open(kernel, diagnostics)?.WithExternalModules(modules, diagnostics) is { } tree
            && OpenDatabase(tree, symbols, diagnostics) is { } database
                ? ConversionContext.For(tree, database, diagnostics)
                : null;
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

    private static void Write(string output, byte[] module)
    {
        if (output == StandardStreams.Name)
            StandardStreams.Write(module);
        else
            AtomicFile.WriteAllBytes(output, module);
    }

    // On stderr, so that - as output stays a module.
    private static void PrintExplanation(ConversionPlan plan)
    {
        foreach (SymbolDecision decision in plan.Decisions)
            Console.Error.WriteLine($"{decision.Name}: {(decision.Target is { } target ? LivepatchNames.Symbol(target) : decision.Kind.ToString())}: {decision.Reason}");
        foreach (RelocationMove move in plan.Moves)
            Console.Error.WriteLine($"{move.Target.Name}+0x{move.Relocation.Offset:x}: {LivepatchNames.RelocationSection(move.PatchedObject, move.Target.Name)}: {move.Reason}");
        foreach (SpecialSectionMove move in plan.SpecialSectionMoves)
            Console.Error.WriteLine($"{move.Entry.Table.Name}+0x{move.Entry.Offset:x}: {LivepatchNames.ArchSection(move.PatchedObject, move.Entry.Table.Name)}: its code uses symbols that are resolved with {move.PatchedObject}");
    }
}
