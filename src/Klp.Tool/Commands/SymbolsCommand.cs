using System.CommandLine;
using Klp.Livepatch.Diagnostics;
using Klp.Livepatch.Kernel;
using Klp.Livepatch.Symbols;

namespace Klp.Tool.Commands;

/// <summary><c>klp symbols</c>: writes the symbol database of a kernel tree.</summary>
internal static class SymbolsCommand
{
    internal static Command Create()
    {
        Option<string> kernel = SharedOptions.Kernel();
        Option<string> output = new("--output", "-o") { Description = "The file to write.", HelpName = "FILE", DefaultValueFactory = _ => "symbols.klp" };
        Command command = new("symbols", "Writes the symbol database of a kernel tree.") { kernel, output };
        command.SetAction(arguments => Run(arguments.GetRequiredValue(kernel), arguments.GetRequiredValue(output)));
        return command;
    }

    private static int Run(string kernel, string output)
    {
        DiagnosticBag diagnostics = new();
        if (KernelTree.Open(kernel, diagnostics) is { } tree)
            SymbolDatabaseBuilder.Build(tree.Sources, output, diagnostics);
        return DiagnosticPrinter.Print(diagnostics);
    }
}
