using System.CommandLine;
using Klp.Boot;
using Klp.Livepatch.Diagnostics;
using Klp.Livepatch.Kernel;

namespace Klp.Tool.Commands;

/// <summary><c>klp boot</c>: boots a kernel in QEMU, lets livepatches live there and shows what they changed.</summary>
internal static class BootCommand
{
    internal static Command Create()
    {
        Argument<string[]> modules = new("MODULE") { Description = "Livepatch modules (.ko), in the order of loading.", Arity = ArgumentArity.OneOrMore };
        Option<string> kernel = SharedOptions.Kernel();
        Option<string[]> show = new("--show") { Description = "A file of the guest to show before, while and after the livepatch is in force.", HelpName = "FILE" };
        Option<string[]> before = new("--load-before") { Description = "A module of the kernel tree to load before the livepatch.", HelpName = "NAME" };
        Option<string[]> after = new("--load-after") { Description = "A module of the kernel tree to load after the livepatch.", HelpName = "NAME" };
        Option<string> append = new("--append") { Description = "What to add to the kernel's command line.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        Command command = new("boot", "Boots a kernel in QEMU, loads livepatches, shows what they change, and unloads them.") { modules, kernel, show, before, after, append };
        command.SetAction(async (arguments, cancellation) =>
        {
            DiagnosticBag diagnostics = new();
            if (KernelTree.Open(arguments.GetRequiredValue(kernel), diagnostics) is not { } tree)
                return DiagnosticPrinter.Print(diagnostics);

            LivepatchBoot boot = new()
            {
                Kernel = KernelUnderTest.For(tree),
                Livepatches = arguments.GetRequiredValue(modules),
                LoadBefore = Modules(arguments.GetValue(before)),
                LoadAfter = Modules(arguments.GetValue(after)),
                Show = arguments.GetValue(show) ?? [],
                Options = new BootOptions { KernelArguments = arguments.GetRequiredValue(append) },
            };
            return Print(await boot.RunAsync(cancellation).ConfigureAwait(false));
        });
        return command;
    }

    private static ModuleToLoad[] Modules(string[]? names) => [.. (names ?? []).Select(name => new ModuleToLoad(name))];

    private static int Print(LivepatchBootResult result)
    {
        foreach (ShownFile file in result.Files)
        {
            PrintFile($"{file.Path} before", file.Before);
            PrintFile($"{file.Path} patched", file.Patched);
            PrintFile($"{file.Path} after", file.After);
        }

        foreach (LivepatchLife life in result.Livepatches)
            Console.Out.WriteLine($"{life.Name}: loaded: {Word(life.IsLoaded)}, patched: {Word(life.IsTransitionComplete)}, disabled: {Word(life.IsDisabled)}, unloaded: {Word(life.IsUnloaded)}");
        foreach (string failure in result.Failures)
            Console.Error.WriteLine($"klp: {failure}");
        return result.Succeeded ? ExitCode.Success : ExitCode.Findings;
    }

    private static void PrintFile(string title, StepResult step) =>
        Console.Out.WriteLine($"==> {title}\n{(step.Succeeded ? step.Text : $"{step}\n")}");

    private static string Word(bool yes) => yes ? "yes" : "no";
}
