using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Klp.Elf.Model;
using Klp.Kernel.Compression;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Files;
using Klp.Kernel.Symbols;
using Klp.Kernel.Trees;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Modules;
using Klp.Tool.Output;

namespace Klp.Tool.Commands;

/// <summary><c>klp convert</c>: turns the unresolved relocations of a module into livepatch relocations.</summary>
internal static class ConvertCommand
{
    private static readonly Argument<string[]> Files = new Argument<string[]>("FILES")
    {
        Description = "IN.ko, or as klp-convert has it: SYMBOLS IN.ko OUT.ko. - is standard input or output.",
        Arity = new ArgumentArity(1, 3),
    }.MustNameFiles();
    private static readonly Option<string> Kernel = SharedOptions.Kernel();
    private static readonly Option<string?> Vmlinux = SharedOptions.Vmlinux();
    private static readonly Option<string[]> Module = SharedOptions.Module();
    private static readonly Option<string?> Symbols = new Option<string?>("--symbols", "-s")
    {
        Description = "The symbol database; - is standard input. Default: made from the kernel tree.",
        HelpName = "FILE",
    }.MustNameFiles();
    private static readonly Option<string?> Output = new Option<string?>("--output", "-o")
    {
        Description = "The converted module; - is standard output.",
        HelpName = "FILE",
    }.MustNameFiles();
    private static readonly Option<bool> DryRun = new("--dry-run", "-n") { Description = "Plan and report, but write nothing." };
    private static readonly Option<bool> Explain = new("--explain")
    {
        Description = "Say what is decided about each symbol and relocation, and why.",
    };

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
        { Files, Kernel, Vmlinux, Module, Symbols, Output, DryRun, Explain, SharedOptions.Json };
        command.Validators.Add(Validate);
        command.SetAction(Run);
        return command;
    }

    private static void Validate(CommandResult result)
    {
        string[] files = result.GetValue(Files) ?? [];
        string? symbols = result.GetValue(Symbols);
        string? output = result.GetValue(Output);
        if (files.Length == 2)
            result.AddError("Two files are one too many or one too few: give IN.ko and --output, or SYMBOLS IN.ko OUT.ko.");
        if (files.Length == 1 && output is null && !result.GetValue(DryRun))
            result.AddError("Where to? Give --output FILE, or --dry-run.");
        if (files.Length == 3 && (output is not null || symbols is not null))
            result.AddError("SYMBOLS IN.ko OUT.ko leave no room for --symbols and --output.");
        if (files is [StandardStreams.Name, StandardStreams.Name, _]
            || (symbols == StandardStreams.Name && files is [StandardStreams.Name]))
        {
            result.AddError("The symbol database and the module cannot both be standard input.");
        }

        if (result.GetValue(SharedOptions.Json)
            && !result.GetValue(DryRun)
            && (output == StandardStreams.Name || files is [_, _, StandardStreams.Name]))
        {
            result.AddError("The module and --json cannot both be on standard output: write the module to a file.");
        }
    }

    private static int Run(ParseResult arguments)
    {
        string[] files = arguments.GetRequiredValue(Files);
        string? symbols = files.Length == 3 ? files[0] : arguments.GetValue(Symbols);
        string input = files.Length == 3 ? files[1] : files[0];
        string? output = files.Length == 3 ? files[2] : arguments.GetValue(Output);

        DiagnosticBag diagnostics = new();
        if (Context(arguments, symbols, diagnostics) is not { } context)
            return Report(null, diagnostics, arguments);

        ConversionPlan plan = ConversionPlanner.Plan(
            ElfObject.Read(CompressedFile.Decompress(StandardStreams.Read(input), input), input), context);
        if (arguments.GetValue(Explain))
            PrintExplanation(plan);
        if (!plan.Diagnostics.HasErrors && output is not null && !arguments.GetValue(DryRun))
        {
            byte[] converted = ConversionApplier.Apply(plan);
            if (SecondReader.Agrees(plan, converted, plan.Diagnostics))
                Write(output, converted);
        }

        return Report(plan, plan.Diagnostics, arguments);
    }

    // A database is enough; a kernel tree adds its version, its Module.symvers and what candidates look like.
    private static ConversionContext? Context(ParseResult arguments, string? symbols, DiagnosticBag diagnostics)
    {
        string kernel = arguments.GetRequiredValue(Kernel);
        string[] modules = arguments.GetRequiredValue(Module);
        if (kernel.Length == 0 && modules.Length == 0 && symbols is not null)
            return ReadDatabase(symbols, diagnostics) is { } alone ? new ConversionContext { Database = alone } : null;
        return KernelTree.Open(kernel, diagnostics, arguments.GetValue(Vmlinux))?.WithExternalModules(modules, diagnostics) is { } tree
            && (symbols is null ? SymbolDatabase.Read(tree.Sources, diagnostics) : ReadDatabase(symbols, diagnostics)) is { } database
                ? ConversionContext.For(tree, database, diagnostics)
                : null;
    }

    private static SymbolDatabase? ReadDatabase(string path, DiagnosticBag diagnostics) =>
        SymbolDatabase.Parse(StandardStreams.Read(path), path, diagnostics);

    private static void Write(string output, byte[] module)
    {
        if (output == StandardStreams.Name)
            StandardStreams.Write(module);
        else
            AtomicFile.WriteAllBytes(output, module);
    }

    // The plan is null where there is none: the kernel or the database cannot be used.
    private static int Report(ConversionPlan? plan, DiagnosticBag diagnostics, ParseResult arguments)
    {
        if (!arguments.GetValue(SharedOptions.Json))
            return DiagnosticPrinter.Print(diagnostics);
        ConvertDocument document = new(
            DiagnosticPrinter.Json(diagnostics),
            [.. (plan?.Decisions ?? []).Select(
                decision => new DecidedSymbol(decision.Name, decision.Kind, decision.Target, decision.Reason))],
            plan is null ? [] : [.. Moves(plan)]);
        Console.Out.WriteLine(JsonSerializer.Serialize(document, ToolJson.Indented.ConvertDocument));
        return DiagnosticPrinter.Code(diagnostics);
    }

    // On stderr, so that - as output stays a module.
    private static void PrintExplanation(ConversionPlan plan)
    {
        foreach (SymbolDecision decision in plan.Decisions)
            Console.Error.WriteLine(
                $"{decision.Name}: {(decision.Target is { } target ? LivepatchNames.Symbol(target) : decision.Kind.ToString())}: "
                + $"{decision.Reason}");
        foreach (PlannedMove move in Moves(plan))
            Console.Error.WriteLine($"{move.Section}+0x{move.Offset:x}: {move.LivepatchSection}: {move.Reason}");
    }

    private static IEnumerable<PlannedMove> Moves(ConversionPlan plan) =>
    [
        .. plan.Moves.Select(
            move => new PlannedMove(
                move.Target.Name,
                move.Relocation.Offset,
                LivepatchNames.RelocationSection(move.PatchedObject, move.Target.Name),
                move.Reason)),
        .. plan.SpecialSectionMoves.Select(
            move => new PlannedMove(
                move.Entry.Table.Name,
                move.Entry.Offset,
                LivepatchNames.ArchSection(move.PatchedObject, move.Entry.Table.Name),
                $"its code uses symbols that are resolved with {move.PatchedObject}")),
    ];
}
