using System.CommandLine;
using System.Text.Json;
using Klp.Kbuild.Building;
using Klp.Kbuild.Units;
using Klp.Kernel.Diagnostics;
using Klp.Tool.Output;

namespace Klp.Tool.Commands;

/// <summary><c>klp units</c>: what files of the kernel's source are compiled into, and what a patch of them costs.</summary>
internal static class UnitsCommand
{
    private static readonly Argument<string[]> Files = new Argument<string[]>("FILE")
    {
        Description = "Sources and headers of the kernel: from the root of its source, from here, or by absolute paths.",
        Arity = ArgumentArity.OneOrMore,
    }.MustNameFiles();
    private static readonly Option<string> Kernel = SharedOptions.Kernel();
    private static readonly Option<string?> Source = new Option<string?>("--source", "--kernel-source")
    {
        Description = "The kernel's source. Default: where the kernel tree's own records say.",
        HelpName = "DIR",
    }.MustNameFiles();
    private static readonly Option<string> CrossCompile = SharedOptions.CrossCompile();
    private static readonly Option<string> Launcher = SharedOptions.Launcher();

    internal static Command Create()
    {
        Command command = new("units", """
            Shows which objects of a built kernel a file of its source is compiled into, headers
            included, whether a patch can replace functions there, and what such a patch costs. One
            unit is compiled, into a temporary folder, to tell how long the compiles take.

            The exit code is 1 where none of the files is in an object of the kernel, or its
            configuration lets no patch become a livepatch.

            Examples:
              klp units --kernel ~/linux/build fs/proc/version.c
              klp units -k ~/linux/build include/linux/seq_file.h fs/seq_file.c
              klp units -k ~/linux/build --source ~/linux --json fs/proc/internal.h
            """)
        { Files, Kernel, Source, CrossCompile, Launcher, SharedOptions.Json };
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult arguments, CancellationToken cancellation)
    {
        DiagnosticBag diagnostics = new();
        string work = Directory.CreateTempSubdirectory("klp-units-").FullName;
        try
        {
            UnitsReport? report = new UnitsFinder(Request(arguments, work)).Find(diagnostics, cancellation);
            DiagnosticBag told = new();
            told.AddRange(diagnostics.Select(BuildWords.All.Fill));
            if (arguments.GetValue(SharedOptions.Json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(
                    new UnitsDocument(report?.Files, report?.Cost, DiagnosticPrinter.Json(told)), ToolJson.Indented.UnitsDocument));
                return DiagnosticPrinter.Code(diagnostics);
            }

            if (report is not null)
                UnitsText.Print(report);
            return DiagnosticPrinter.Print(told);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static UnitsRequest Request(ParseResult arguments, string work)
    {
        string kernel = arguments.GetRequiredValue(Kernel);
        return new UnitsRequest
        {
            Kernel = new KernelRequest
            {
                KernelTree = kernel.Length == 0 ? "" : Path.GetFullPath(kernel),
                CacheDirectory = CacheFolder.Path,
                CrossCompile = arguments.GetRequiredValue(CrossCompile),
            },
            Files = arguments.GetRequiredValue(Files),
            CurrentDirectory = Environment.CurrentDirectory,
            WorkDirectory = work,
            SourceDirectory = arguments.GetValue(Source) is { } source ? Path.GetFullPath(source) : null,
            Launcher = arguments.GetRequiredValue(Launcher),
        };
    }
}
