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
        Command command = new("validate", "Foretells what the kernel would refuse in a finished livepatch module.") { modules, kernel, external, SharedOptions.Json };
        command.SetAction(arguments => Run(arguments, arguments.GetRequiredValue(modules), arguments.GetRequiredValue(kernel), arguments.GetRequiredValue(external)));
        return command;
    }

    private static int Run(ParseResult arguments, string[] modules, string kernel, string[] external)
    {
        DiagnosticBag diagnostics = new();
        if (KernelTree.Open(kernel, diagnostics)?.WithExternalModules(external, diagnostics) is { } tree)
        {
            foreach (string module in modules)
                LivepatchValidator.Validate(CompressedFile.Decompress(StandardStreams.Read(module), module), module, tree, null, diagnostics);
        }

        return DiagnosticPrinter.Print(diagnostics, arguments);
    }
}
