using System.CommandLine;
using System.Text.Json;
using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Compression;
using Klp.Kernel.Diagnostics;
using Klp.Patching.Diff;
using Klp.Tool.Output;

namespace Klp.Tool.Commands;

/// <summary><c>klp diff</c>: what two objects differ in, as a patch's build compares them.</summary>
internal static class DiffCommand
{
    private static readonly Argument<string> Old = Named("OLD", "The object as it was (.o); - is standard input.");
    private static readonly Argument<string> New = Named("NEW", "The object as it is.");

    internal static Command Create()
    {
        Command command = new("diff", """
            Compares two objects: which functions and which data changed, are new, or are gone, and
            why each counts as changed. Where the compiler put things, the numbers that it gave to
            static variables, and the lines of the source do not count. Compile both by the same
            compiler with -ffunction-sections -fdata-sections -fno-section-anchors; what cannot be
            told without that is said. No kernel is needed.

            The exit code is 0 where they do the same, 1 where they differ, and 2 where they cannot
            be compared.

            Examples:
              klp diff version.orig.o version.o
              klp diff --json version.orig.o version.o
            """)
        { Old, New, SharedOptions.Json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Old) == StandardStreams.Name && result.GetValue(New) == StandardStreams.Name)
                result.AddError("Only one object can be standard input.");
        });
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        DiagnosticBag diagnostics = new();
        DiffSummary? summary = Compare(arguments.GetRequiredValue(Old), arguments.GetRequiredValue(New), diagnostics);
        if (arguments.GetValue(SharedOptions.Json))
            Console.Out.WriteLine(JsonSerializer.Serialize(
                new DiffDocument(summary, DiagnosticPrinter.Json(diagnostics)), ToolJson.Indented.DiffDocument));
        else if (summary is null)
            DiagnosticPrinter.Print(diagnostics);
        else
            DiffText.Print(summary);
        return summary is null ? ExitCode.Failure : summary.IsEmpty ? ExitCode.Success : ExitCode.Findings;
    }

    private static DiffSummary? Compare(string old, string made, DiagnosticBag diagnostics)
    {
        ElfObject? before = Read(old, diagnostics), after = Read(made, diagnostics);
        if (before is null || after is null)
            return null;
        try
        {
            return ObjectPair.Compare(before, after, diagnostics) is { } diff ? DiffSummary.Of(diff) : null;
        }
        catch (ElfFormatException problem)
        {
            diagnostics.AddError(DiagnosticCodes.InputOutput, $"The objects cannot be compared: {problem.Message}", new SourcePlace(made));
            return null;
        }
    }

    private static ElfObject? Read(string path, DiagnosticBag diagnostics)
    {
        try
        {
            return ElfObject.Read(CompressedFile.Decompress(StandardStreams.Read(path), path), path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ElfFormatException or InvalidDataException)
        {
            diagnostics.AddError(DiagnosticCodes.InputOutput, $"The object cannot be read: {problem.Message}", new SourcePlace(path));
            return null;
        }
    }

    private static Argument<string> Named(string name, string description) =>
        new Argument<string>(name) { Description = description }.MustNameFiles();
}
