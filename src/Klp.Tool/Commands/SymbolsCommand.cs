using System.CommandLine;
using Klp.Livepatch.Diagnostics;
using Klp.Livepatch.Kernel;
using Klp.Livepatch.Symbols;

namespace Klp.Tool.Commands;

/// <summary><c>klp symbols</c>: writes a symbol database, of a kernel tree or of single files.</summary>
internal static class SymbolsCommand
{
    private static readonly Option<string> Kernel = SharedOptions.Kernel();
    private static readonly Option<string?> Kallsyms = FileOption("--kallsyms", "A copy of /proc/kallsyms of the running kernel, in place of a kernel tree.");
    private static readonly Option<string?> Vmlinux = FileOption("--vmlinux", "A vmlinux with its symbol table, in place of a kernel tree.");
    private static readonly Option<string?> Image = FileOption("--image", "An image that boots (vmlinuz), in place of a kernel tree.");
    private static readonly Option<string?> SystemMap = FileOption("--system-map", "A System.map, in place of a kernel tree.");
    private static readonly Option<string?> Symvers = FileOption("--symvers", "A Module.symvers: what it exports and kallsyms does not show is added.");
    private static readonly Option<string?> Modules = new("--modules") { Description = "A folder of modules, such as /lib/modules/<release>.", HelpName = "DIR" };
    private static readonly Option<string[]> Module = SharedOptions.Module();
    private static readonly Option<string> Output = new("--output", "-o") { Description = "The file to write; - is standard output.", HelpName = "FILE", DefaultValueFactory = _ => "symbols.klp" };

    internal static Command Create()
    {
        Command command = new("symbols", """
            Writes the symbol database of a kernel.

            Examples:
              klp symbols --kernel ~/linux/build -o symbols.klp
              klp symbols --kernel /usr/src/linux-headers-$(uname -r) --module out-of-tree.ko
              klp symbols --kallsyms /proc/kallsyms --modules /lib/modules/$(uname -r)
            """)
        { Kernel, Module, Kallsyms, Vmlinux, Image, SystemMap, Modules, Symvers, Output };
        Module.AllowMultipleArgumentsPerToken = true;
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        DiagnosticBag diagnostics = new();
        if (Sources(arguments, diagnostics) is not { } sources)
            return DiagnosticPrinter.Print(diagnostics);

        string output = arguments.GetRequiredValue(Output);
        if (output != StandardStreams.Name)
        {
            SymbolDatabaseBuilder.Build(sources, output, diagnostics);
            return DiagnosticPrinter.Print(diagnostics);
        }

        using MemoryStream text = new();
        if (SymbolDatabaseBuilder.Build(sources, text, diagnostics))
            StandardStreams.Write(text.ToArray());
        return DiagnosticPrinter.Print(diagnostics);
    }

    private static SymbolSources? Sources(ParseResult arguments, DiagnosticBag diagnostics)
    {
        SymbolSources named = new()
        {
            KallsymsPath = arguments.GetValue(Kallsyms),
            VmlinuxPath = arguments.GetValue(Vmlinux),
            ImagePath = arguments.GetValue(Image),
            SystemMapPath = arguments.GetValue(SystemMap),
            SymversPath = arguments.GetValue(Symvers),
            ModulePaths = arguments.GetValue(Modules) is { } folder ? ModuleFolder.Find(folder) : [],
        };
        string[] more = arguments.GetRequiredValue(Module);
        return named.Files.Any()
            ? named with { ModulePaths = [.. named.ModulePaths, .. more] }
            : KernelTree.Open(arguments.GetRequiredValue(Kernel), diagnostics)?.WithExternalModules(more, diagnostics)?.Sources;
    }

    private static Option<string?> FileOption(string name, string description) => new(name) { Description = description, HelpName = "FILE" };
}
