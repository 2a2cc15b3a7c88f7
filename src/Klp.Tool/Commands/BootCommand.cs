using System.CommandLine;
using Klp.Boot.Host;
using Klp.Boot.Livepatch;
using Klp.Boot.Report;
using Klp.Boot.Testing;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;
using Klp.Tool.Output;

namespace Klp.Tool.Commands;

/// <summary><c>klp boot</c>: boots a kernel in QEMU and tests the life of livepatches there, as dotnet test does for a project.</summary>
internal static class BootCommand
{
    private static readonly TimeSpan TransitionLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(3);

    internal static Command Create()
    {
        Argument<string[]> modules = new Argument<string[]>("MODULE")
        {
            Description = "Livepatch modules (.ko), in the order of loading.",
            Arity = ArgumentArity.OneOrMore,
        }.MustNameFiles();
        Option<string> kernel = SharedOptions.Kernel();
        Option<string[]> show = new Option<string[]>("--show")
        {
            Description = "A file of the guest to show before, while and after the livepatch is in force.",
            HelpName = "FILE",
        }.MustNameFiles();
        Option<string[]> before = new Option<string[]>("--load-before")
        {
            Description = "A module of the kernel tree to load before the livepatch.",
            HelpName = "NAME",
        }.MustNameFiles();
        Option<string[]> after = new Option<string[]>("--load-after")
        {
            Description = "A module of the kernel tree to load after the livepatch.",
            HelpName = "NAME",
        }.MustNameFiles();
        Option<string> append = new("--append")
        {
            Description = "What to add to the kernel's command line.",
            HelpName = "TEXT",
            DefaultValueFactory = _ => "",
        };
        Option<string[]> external = SharedOptions.Module();
        Option<string?> qemu = new Option<string?>("--qemu")
        {
            Description = "The QEMU that boots the kernel; default: qemu-system-<architecture>, or the host's qemu-kvm.",
            HelpName = "PROGRAM",
        }.MustNameFiles();
        Command command = new("boot", """
            Boots a kernel in QEMU and tests the life of livepatches there: they load, come into force, go again, and load once more.

            Examples:
              klp boot --kernel ~/linux/build livepatch.ko
              klp boot --kernel ~/linux/build --show /proc/meminfo livepatch.ko
              klp boot --kernel ~/linux/build --load-before zram livepatch-of-zram.ko
              klp boot --kernel ~/linux/build --qemu /opt/qemu/bin/qemu-system-x86_64 livepatch.ko
              klp boot --kernel ~/linux/build --module driver.ko --load-after driver livepatch-of-driver.ko
            """)
        { modules, kernel, external, show, before, after, append, qemu };
        command.SetAction(async (arguments, cancellation) =>
        {
            DiagnosticBag diagnostics = new();
            if (KernelTree.Open(arguments.GetRequiredValue(kernel), diagnostics) is not { } tree)
                return DiagnosticPrinter.Print(diagnostics);

            LivepatchTestPlan plan = new()
            {
                Kernel = tree.Release,
                KernelTree = tree.BuildDirectory,
                ExternalModules = [.. arguments.GetRequiredValue(external).Select(Path.GetFullPath)],
                Livepatches = arguments.GetRequiredValue(modules),
                LoadBefore = Modules(arguments.GetValue(before)),
                LoadAfter = Modules(arguments.GetValue(after)),
                Show = arguments.GetValue(show) ?? [],
                TransitionLimit = TransitionLimit,
                Guest = new BootOptions
                {
                    KernelArguments = arguments.GetRequiredValue(append),
                    TimeLimit = TimeLimit,
                    Qemu = arguments.GetValue(qemu),
                },
            };
            return Print(await LivepatchTest.Prepare(plan, CommandWords.All).RunAsync(null, cancellation).ConfigureAwait(false));
        });
        return command;
    }

    private static ModuleToLoad[] Modules(string[]? names) => [.. (names ?? []).Select(name => new ModuleToLoad(name))];

    private static int Print(LivepatchTestResult result)
    {
        foreach (ShownFile file in result.Files)
        {
            PrintFile($"{file.Path} before", file.Before);
            PrintFile($"{file.Path} patched", file.Patched);
            PrintFile($"{file.Path} after", file.After);
        }

        foreach (CaseResult item in result.Cases)
            PrintCase(item);
        if (result.Boot is null)
            return ExitCode.Failure;
        return result.Succeeded ? ExitCode.Success : ExitCode.Findings;
    }

    private static void PrintCase(CaseResult item)
    {
        Console.Out.WriteLine($"{Word(item.Outcome)} {item.Case.Name}{(item.Outcome == CaseOutcome.Skipped ? $": {item.Message}" : "")}");
        if (item.Outcome != CaseOutcome.Failed)
            return;
        Console.Error.WriteLine($"klp: {item.Case.Name}: {item.Message}");
        if (item.ConsoleTail.Length > 0)
            Console.Error.WriteLine($"The end of the guest's console:\n{item.ConsoleTail}");
    }

    private static void PrintFile(string title, StepResult step) =>
        Console.Out.WriteLine($"==> {title}\n{(step.Succeeded ? step.Text : $"{step}\n")}");

    private static string Word(CaseOutcome outcome) => outcome switch
    {
        CaseOutcome.Passed => "passed ",
        CaseOutcome.Failed => "FAILED ",
        _ => "skipped",
    };
}
