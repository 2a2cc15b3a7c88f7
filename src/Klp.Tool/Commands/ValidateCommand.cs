using System.CommandLine;
using Klp.Livepatch.Compression;
using Klp.Livepatch.Diagnostics;
using Klp.Livepatch.Kernel;
using Klp.Livepatch.Validation;

namespace Klp.Tool.Commands;

/// <summary><c>klp validate</c>: foretells what the kernel would refuse in a finished livepatch module.</summary>
internal static class ValidateCommand
{
    internal static Command Create()
    {
        Argument<string[]> modules = new("MODULE") { Description = "Finished livepatch modules (.ko).", Arity = ArgumentArity.OneOrMore };
        Option<string> kernel = SharedOptions.Kernel();
        Option<string[]> external = SharedOptions.Module();
        Option<ReportFormat> format = new("--format", "-f") { Description = "text on standard error, or json or sarif (2.1.0) on standard output." };
        Option<string[]> replaces = new("--replaces") { Description = "An earlier livepatch that the modules are to replace. May be given more than once.", HelpName = "FILE", DefaultValueFactory = _ => [] };
        Command command = new("validate", "Foretells what the kernel would refuse in a finished livepatch module.") { modules, kernel, external, replaces, format, SharedOptions.Json };
        command.SetAction(arguments =>
        {
            ReportFormat chosen = arguments.GetValue(SharedOptions.Json) ? ReportFormat.Json : arguments.GetValue(format);
            return Run(chosen, arguments.GetRequiredValue(modules), arguments.GetRequiredValue(kernel), arguments.GetRequiredValue(external), arguments.GetRequiredValue(replaces));
        });
        return command;
    }

    private static int Run(ReportFormat format, string[] modules, string kernel, string[] external, string[] replaces)
    {
        DiagnosticBag diagnostics = new();
        if (KernelTree.Open(kernel, diagnostics)?.WithExternalModules(external, diagnostics) is { } tree)
        {
            foreach (string module in modules)
            {
                byte[] file = CompressedFile.Decompress(StandardStreams.Read(module), module);
                LivepatchValidator.Validate(file, module, tree, null, diagnostics);
                foreach (string earlier in diagnostics.HasErrors ? [] : replaces)
                    ReplacementValidator.Validate(file, module, earlier, diagnostics);
            }
        }

        return DiagnosticPrinter.Print(diagnostics, format);
    }
}
