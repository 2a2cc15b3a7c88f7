using System.CommandLine;
using System.CommandLine.Parsing;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Modules;
using Klp.Kernel.Symbols;
using Klp.Kernel.Trees;
using Klp.Tool.Output;

namespace Klp.Tool.Commands;

/// <summary><c>klp symbols</c>: writes a symbol database, of a kernel tree, of single files, or of both.</summary>
internal static class SymbolsCommand
{
    private static readonly Option<string> Kernel = SharedOptions.Kernel();
    private static readonly Option<string?> Kallsyms = FileOption(
        "--kallsyms",
        "The kernel's symbols from a copy of /proc/kallsyms, and those of the modules that were loaded; - is standard input.");
    private static readonly Option<string?> Vmlinux = FileOption("--vmlinux", "The kernel's symbols from a vmlinux with its symbol table.");
    private static readonly Option<string?> Image = FileOption("--image", "The kernel's symbols from an image that boots (vmlinuz).");
    private static readonly Option<string?> SystemMap = FileOption("--system-map", "The kernel's symbols from a System.map.");
    private static readonly Option<string?> Symvers = FileOption(
        "--symvers", "A Module.symvers: what it exports and kallsyms does not show is added.");
    private static readonly Option<string?> Modules = new Option<string?>("--modules")
    {
        Description = "A folder of modules, such as /lib/modules/<release>.",
        HelpName = "DIR",
    }.MustNameFiles();
    private static readonly Option<string[]> Module = SharedOptions.Module();
    private static readonly Option<string> Output = new Option<string>("--output", "-o")
    {
        Description = "The file to write; - is standard output.",
        HelpName = "FILE",
        DefaultValueFactory = _ => "symbols.klp",
    }.MustNameFiles();

    // Each tells all the kernel's own symbols.
    private static readonly Option<string?>[] KernelSources = [Kallsyms, Vmlinux, Image, SystemMap];

    internal static Command Create()
    {
        Command command = new("symbols", """
            Writes the symbol database of a kernel.

            What is named beside a kernel tree takes the place of what the tree has: its
            kernel, or its modules. A --module takes the place of one that is named like it.

            Examples:
              klp symbols --kernel ~/linux/build -o symbols.klp
              klp symbols --kernel /usr/src/linux-headers-$(uname -r) --module out-of-tree.ko
              klp symbols --kallsyms /proc/kallsyms --modules /lib/modules/$(uname -r)
              klp symbols --system-map System.map --modules lib/modules/6.1 --symvers Module.symvers
              ssh target cat /proc/kallsyms | klp symbols --kallsyms - -o target.klp
            """)
        { Kernel, Module, Kallsyms, Vmlinux, Image, SystemMap, Modules, Symvers, Output, SharedOptions.Json };
        Module.AllowMultipleArgumentsPerToken = true;
        command.Validators.Add(Validate);
        command.SetAction(Run);
        return command;
    }

    private static void Validate(CommandResult result)
    {
        string[] kernels = [.. KernelSources.Where(option => result.GetValue(option) is not null).Select(option => option.Name)];
        if (kernels.Length > 1)
            result.AddError($"{string.Join(" and ", kernels)} each tell all the kernel's symbols: name one of them.");
        if (result.GetValue(Symvers) is not null
            && kernels.Length == 0
            && result.GetValue(Modules) is null
            && string.IsNullOrEmpty(result.GetValue(Kernel)))
        {
            result.AddError(
                "--symvers tells which symbols are exported, but not which there are: name the kernel tree (--kernel), the "
                + "kernel's symbols (--system-map, --kallsyms) or its modules (--modules) as well.");
        }

        if (result.GetValue(Modules) is { Length: > 0 } folder && !Directory.Exists(folder))
            result.AddError(
                $"--modules: {folder} is {(File.Exists(folder) ? "no folder; name a single module with --module" : "not there")}.");
        if (result.GetValue(Output) == StandardStreams.Name && result.GetValue(SharedOptions.Json))
            result.AddError("The database and --json cannot both be on standard output: give --output FILE.");
        foreach (Option<string?> option in KernelSources.Append(Symvers))
        {
            if (result.GetValue(option) is { } path && Directory.Exists(path))
                result.AddError($"{option.Name}: {path} is a folder, where a file is needed.");
        }
    }

    private static int Run(ParseResult arguments)
    {
        DiagnosticBag diagnostics = new();
        if (Sources(arguments, diagnostics) is not { } sources)
            return DiagnosticPrinter.Print(diagnostics, arguments);

        string output = arguments.GetRequiredValue(Output);
        if (output != StandardStreams.Name)
        {
            SymbolDatabaseBuilder.Build(sources, output, diagnostics);
            return DiagnosticPrinter.Print(diagnostics, arguments);
        }

        using MemoryStream text = new();
        if (SymbolDatabaseBuilder.Build(sources, text, diagnostics))
            StandardStreams.Write(text.ToArray());
        return DiagnosticPrinter.Print(diagnostics, arguments);
    }

    private static SymbolSources? Sources(ParseResult arguments, DiagnosticBag diagnostics)
    {
        bool isKernelNamed = KernelSources.Any(option => arguments.GetValue(option) is not null);
        string? folder = arguments.GetValue(Modules);
        string kernel = arguments.GetRequiredValue(Kernel);
        IReadOnlyList<string> external = arguments.GetRequiredValue(Module);

        SymbolSources sources = new();
        if (kernel.Length > 0 || !(isKernelNamed || folder is not null))
        {
            if (KernelTree.Open(kernel, diagnostics)?.WithExternalModules(external, diagnostics) is not { } tree)
                return null;
            sources = tree.Sources with { Notes = [.. tree.Sources.Notes.Select(AsWarning)] };
            external = tree.ExternalModules;
        }

        if (isKernelNamed)
            sources = WithKernel(sources, arguments) with { Notes = [.. sources.Notes.Where(IsOfModules)] };
        if (folder is not null)
            sources = sources with
            {
                ModulePaths = FindModules(folder, diagnostics),
                Notes = [.. sources.Notes.Where(note => !IsOfModules(note))],
            };
        HashSet<string> names = [.. external.Select(ModuleName.FromPath)];
        return diagnostics.HasErrors ? null : sources with
        {
            SymversPath = arguments.GetValue(Symvers),
            ModulePaths = [.. sources.ModulePaths.Where(path => !names.Contains(ModuleName.FromPath(path))), .. external],
        };
    }

    // A list of symbols says of which file it is; where a livepatch is made from it, the error stands.
    private static Diagnostic AsWarning(Diagnostic note) =>
        note.Code == DiagnosticCodes.KernelFileForeign ? note with { Severity = DiagnosticSeverity.Warning } : note;

    private static bool IsOfModules(Diagnostic note) => note.Code == DiagnosticCodes.ModulesMissing;

    private static SymbolSources WithKernel(SymbolSources sources, ParseResult arguments)
    {
        string? kallsyms = arguments.GetValue(Kallsyms);
        return sources with
        {
            KallsymsPath = kallsyms,
            KallsymsContents = kallsyms == StandardStreams.Name ? StandardStreams.OpenInput() : null,
            VmlinuxPath = arguments.GetValue(Vmlinux),
            ImagePath = arguments.GetValue(Image),
            SystemMapPath = arguments.GetValue(SystemMap),
        };
    }

    private static IReadOnlyList<string> FindModules(string folder, DiagnosticBag diagnostics)
    {
        IReadOnlyList<string> modules = ModuleFolder.Find(folder);
        if (modules.Count == 0)
            diagnostics.AddError(
                DiagnosticCodes.InputOutput,
                "The folder has no module: no file in or below it ends in .ko, .ko.gz, .ko.xz or .ko.zst. Correct --modules.",
                new SourcePlace(folder));
        return modules;
    }

    private static Option<string?> FileOption(string name, string description) =>
        new Option<string?>(name) { Description = description, HelpName = "FILE" }.MustNameFiles();
}
