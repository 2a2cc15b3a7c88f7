using System.CommandLine;
using System.Text.Json;
using Klp.Elf.Model;
using Klp.Kernel.Compression;
using Klp.Livepatch.Modules;
using Klp.Tool.Output;

namespace Klp.Tool.Commands;

/// <summary><c>klp inspect</c>: what a livepatch module patches, and what of the kernel it uses.</summary>
internal static class InspectCommand
{
    private static readonly Argument<string> Module = new Argument<string>("MODULE")
    {
        Description = "A livepatch module (.ko, or compressed); - is standard input.",
    }.MustNameFiles();

    internal static Command Create()
    {
        Command command = new("inspect", """
            Shows what a livepatch module patches, and what of the kernel it uses.

            Examples:
              klp inspect livepatch.ko
              klp inspect --json livepatch.ko
            """)
        { Module, SharedOptions.Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        string path = arguments.GetRequiredValue(Module);
        byte[] bytes = CompressedFile.Decompress(StandardStreams.Read(path), path);
        LivepatchSummary summary = LivepatchSummary.Of(LivepatchModule.Of(ElfObject.Read(bytes, path), null));
        if (arguments.GetValue(SharedOptions.Json))
            Console.Out.WriteLine(JsonSerializer.Serialize(summary, ToolJson.Indented.LivepatchSummary));
        else
            Print(summary);
        return ExitCode.Success;
    }

    private static void Print(LivepatchSummary summary)
    {
        Console.Out.WriteLine(
            $"{summary.Name}: {(summary.IsLivepatch ? "livepatch" : "not marked as a livepatch")} for {summary.Architecture}, "
            + $"{summary.VerMagic ?? "no vermagic"}");
        Console.Out.WriteLine($"depends on: {(summary.Depends.Count == 0 ? "no module" : string.Join(", ", summary.Depends))}");

        Console.Out.WriteLine("\npatches");
        Table.Print(["object", "function", "position", "with"], summary.Patches.SelectMany(patched =>
            patched.Functions.Select(function => new[] { patched.Name, function.OldName, $"{function.Sympos}", function.NewName })));

        Console.Out.WriteLine("\nlivepatch relocations");
        Table.Print(["section", "object", "applies to", "relocations"], summary.Sections.Select(section =>
            new[] { section.Name, section.ObjectName, section.Target, $"{section.Relocations}" }));

        Console.Out.WriteLine("\nlivepatch symbols");
        Table.Print(["object", "symbol", "position", "relocations"], summary.Symbols.Select(symbol =>
            new[] { symbol.ObjectName, symbol.Name, $"{symbol.Sympos}", $"{symbol.Relocations}" }));

        Console.Out.WriteLine($"\nimports: {string.Join(" ", summary.Imports)}");
    }
}
