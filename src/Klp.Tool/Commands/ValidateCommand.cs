using System.CommandLine;
using Klp.Elf.Constants;
using Klp.Kernel.Compression;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;
using Klp.Livepatch.Validation;
using Klp.Tool.Output;

namespace Klp.Tool.Commands;

/// <summary><c>klp validate</c>: foretells what the kernel would refuse in a finished livepatch module.</summary>
internal static class ValidateCommand
{
    private static readonly Argument<string[]> Modules = new Argument<string[]>("MODULE")
    {
        Description = "Finished livepatch modules (.ko, or compressed); - is standard input.",
        Arity = ArgumentArity.OneOrMore,
    }.MustNameFiles();
    private static readonly Option<string> Kernel = SharedOptions.Kernel();
    private static readonly Option<string?> Vmlinux = SharedOptions.Vmlinux();
    private static readonly Option<string[]> External = SharedOptions.Module();
    private static readonly Option<ReportFormat> Format = SharedOptions.Format();
    private static readonly Option<string[]> Replaces = new Option<string[]>("--replaces")
    {
        Description = "An earlier livepatch that the modules are to replace. May be given more than once.",
        HelpName = "FILE",
        DefaultValueFactory = _ => [],
    }.MustNameFiles();

    internal static Command Create()
    {
        Command command = new("validate", """
            Foretells what the kernel would refuse in a finished livepatch module.

            Examples:
              klp validate --kernel ~/linux/build livepatch.ko
              klp validate --kernel ~/linux/build --module driver.ko livepatch-of-driver.ko
              klp validate --kernel ~/linux/build --replaces livepatch-1.ko livepatch-2.ko
              klp validate --kernel ~/linux/build --format sarif *.ko > findings.sarif
            """)
        { Modules, Kernel, Vmlinux, External, Replaces, Format, SharedOptions.Json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Modules)?.Count(module => module == StandardStreams.Name) > 1)
                result.AddError("Only one module can be standard input.");
        });
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        DiagnosticBag diagnostics = new();
        if (KernelTree.Open(arguments.GetRequiredValue(Kernel), diagnostics, arguments.GetValue(Vmlinux))
            ?.WithExternalModules(arguments.GetRequiredValue(External), diagnostics) is { } tree)
        {
            foreach (string module in arguments.GetRequiredValue(Modules))
                Validate(module, tree, arguments.GetRequiredValue(Replaces), diagnostics);
        }

        return DiagnosticPrinter.Print(
            diagnostics, arguments.GetValue(SharedOptions.Json) ? ReportFormat.Json : arguments.GetValue(Format));
    }

    private static void Validate(string module, KernelTree tree, string[] replaces, DiagnosticBag diagnostics)
    {
        DiagnosticBag findings = new();
        Guard(module, findings, () =>
        {
            byte[] file = CompressedFile.Decompress(StandardStreams.Read(module), module);
            if (LivepatchValidator.Validate(file, module, tree, null, findings) is not { } livepatch || findings.HasErrors)
                return;
            foreach (string earlier in replaces)
                Guard(earlier, findings, () => ReplacementValidator.Validate(livepatch, earlier, tree, findings));
        });
        diagnostics.AddRange(findings);
    }

    // One module that cannot be read does not keep from the others.
    private static void Guard(string path, DiagnosticBag findings, Action validate)
    {
        try
        {
            validate();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ElfFormatException or InvalidDataException)
        {
            findings.AddError(DiagnosticCodes.InputOutput, $"The module cannot be read: {problem.Message}", new SourcePlace(path));
        }
    }
}
