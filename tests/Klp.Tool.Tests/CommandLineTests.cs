using System.Text.Json;

namespace Klp.Tool.Tests;

/// <summary>Wrong use is told on standard error, with exit code 2; and what is printed where.</summary>
public sealed class CommandLineTests(LivepatchFixture livepatch) : IClassFixture<LivepatchFixture>, IDisposable
{
    private const string Tree = "TREE";

    private readonly TempFolder folder = new();

    [Theory]
    [InlineData("MODULE", "inspect", "")]
    [InlineData("--kallsyms", "symbols", "--kallsyms", "")]
    [InlineData("--vmlinux", "symbols", "--vmlinux", "")]
    [InlineData("--image", "symbols", "--image", "")]
    [InlineData("--system-map", "symbols", "--system-map", "")]
    [InlineData("--symvers", "symbols", "-k", Tree, "--symvers", "")]
    [InlineData("--modules", "symbols", "--modules", "")]
    [InlineData("--module", "symbols", "-k", Tree, "-m", "")]
    [InlineData("--output", "symbols", "-k", Tree, "-o", "")]
    [InlineData("--symbols", "convert", "--symbols", "", "x", "-o", "y")]
    [InlineData("FILES", "convert", "-s", "sym.klp", "", "-o", "y")]
    [InlineData("FILES", "convert", "sym.klp", "x", "")]
    [InlineData("--output", "convert", "-s", "sym.klp", "x", "-o", "")]
    [InlineData("MODULE", "validate", "-k", Tree, "")]
    [InlineData("--replaces", "validate", "-k", Tree, "--replaces", "", "x")]
    public void An_empty_name_of_a_file_is_wrong_use(string named, params string[] arguments) =>
        AssertWrongUse($"{named} is empty", [.. arguments.Select(argument => argument == Tree ? DemoKernelTree.Path : argument)]);

    [Theory]
    [InlineData("--json", "convert", "sym.klp", "in.ko", "-", "--json")]
    [InlineData("--json", "convert", "-s", "sym.klp", "in.ko", "-o", "-", "--json")]
    [InlineData("--json", "symbols", "-k", Tree, "-o", "-", "--json")]
    [InlineData("standard input", "convert", "-", "-", "out.ko")]
    [InlineData("standard input", "convert", "-s", "-", "-", "-o", "out.ko")]
    [InlineData("standard input", "validate", "-k", Tree, "-", "-")]
    [InlineData("one too many", "convert", "a", "b")]
    [InlineData("--no-such", "inspect", "a", "--no-such")]
    public void A_stream_can_be_one_thing_only_and_wrong_use_prints_no_help(string message, params string[] arguments) =>
        AssertWrongUse(message, arguments);

    [Fact]
    public void The_database_can_be_standard_input()
    {
        byte[] database = File.ReadAllBytes(livepatch["symbols.klp"]);
        Assert.Equal(0, KlpCommand.Run("convert", livepatch["symbols.klp"], livepatch["good.ko"], folder["file.ko"]).ExitCode);
        Assert.Equal(0, KlpCommand.Run(database, "convert", "-", livepatch["good.ko"], folder["positional.ko"]).ExitCode);
        Assert.Equal(0, KlpCommand.Run(database, "convert", "--symbols", "-", livepatch["good.ko"], "-o", folder["option.ko"]).ExitCode);
        Assert.Equal(File.ReadAllBytes(folder["file.ko"]), File.ReadAllBytes(folder["positional.ko"]));
        Assert.Equal(File.ReadAllBytes(folder["file.ko"]), File.ReadAllBytes(folder["option.ko"]));
    }

    [Fact]
    public void Standard_input_that_is_no_database_is_told_by_its_name()
    {
        KlpCommand convert = KlpCommand.Run([.. "something else\n"u8], "convert", "-", livepatch["good.ko"], folder["none.ko"]);
        Assert.Equal(2, convert.ExitCode);
        Assert.Contains("-(1): error KLP2001: The symbol database begins with \"something else\"", convert.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    [InlineData("sarif")]
    public void Validate_tells_the_findings_of_all_modules_also_of_those_after_one_that_cannot_be_read(string format)
    {
        KlpCommand command = KlpCommand.Run("validate", "-k", DemoKernelTree.Path, "--format", format, livepatch["good.ko"], folder["missing.ko"], folder.Path, livepatch["unknown.ko"]);

        Assert.Equal(2, command.ExitCode);
        string told = format == "text" ? command.Error : command.Output;
        Assert.Empty(format == "text" ? command.Output : command.Error);
        string[] expected = ["'totalreserve_pages'", "missing.ko", "is a folder", "'no_such_symbol'"];
        int[] places = [.. expected.Select(text => told.IndexOf(text, StringComparison.Ordinal))];
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
        if (format == "json")
            Assert.Equal(["KLP4002", "KLP0012", "KLP0012", "KLP4002"], JsonDocument.Parse(told).RootElement.EnumerateArray().Select(finding => finding.GetProperty("code").GetString()));
    }

    [Fact]
    public void Validate_compares_every_module_with_what_it_replaces_whatever_the_one_before_has()
    {
        KlpCommand.Run("convert", livepatch["symbols.klp"], livepatch["good.ko"], folder["converted.ko"]);
        string alone = KlpCommand.Run("validate", "-k", DemoKernelTree.Path, "--replaces", folder["converted.ko"], folder["converted.ko"]).Error;
        Assert.Contains("KLP4050", alone, StringComparison.Ordinal);
        Assert.EndsWith(alone, KlpCommand.Run("validate", "-k", DemoKernelTree.Path, "--replaces", folder["converted.ko"], livepatch["good.ko"], folder["converted.ko"]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Convert_tells_its_decisions_and_moves_as_json()
    {
        KlpCommand command = KlpCommand.Run("convert", "-k", DemoKernelTree.Path, livepatch["good.ko"], "-o", folder["made.ko"], "--json");

        Assert.Equal((0, ""), (command.ExitCode, command.Error));
        JsonElement plan = JsonDocument.Parse(command.Output).RootElement;
        Assert.Empty(plan.GetProperty("diagnostics").EnumerateArray());
        JsonElement decision = plan.GetProperty("decisions").EnumerateArray().Single(item => item.GetProperty("name").GetString() == "totalreserve_pages");
        Assert.Equal("livepatch", decision.GetProperty("kind").GetString());
        JsonElement target = decision.GetProperty("target");
        Assert.Equal(("vmlinux", "totalreserve_pages", 0), (target.GetProperty("objectName").GetString(), target.GetProperty("name").GetString(), target.GetProperty("sympos").GetInt32()));
        Assert.Contains("not exported", decision.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal("leave", plan.GetProperty("decisions").EnumerateArray().Single(item => item.GetProperty("name").GetString() == "seq_printf").GetProperty("kind").GetString());

        // What the plan says of the relocations is what readelf then finds in the section.
        string[] planned = [.. plan.GetProperty("moves").EnumerateArray()
            .Where(move => move.GetProperty("livepatchSection").GetString() == ".klp.rela.vmlinux..text")
            .Select(move => move.GetProperty("offset").GetUInt64().ToString("x12", System.Globalization.CultureInfo.InvariantCulture))];
        string[] found = [.. Klp.Tests.Tool.Run(Klp.Tests.Tool.Arm64 + "readelf", "-rW", folder["made.ko"]).Output
            .Split("Relocation section '.klp.rela.vmlinux..text'")[1].Split("\n\n")[0].Split('\n')
            .Where(line => line.Contains(".klp.sym.", StringComparison.Ordinal)).Select(line => line.Split(' ')[0][^12..])];
        Assert.NotEmpty(planned);
        Assert.Equal(found, planned);
    }

    [Fact]
    public void Convert_tells_as_json_what_is_wrong_and_with_the_kernel_as_well()
    {
        JsonElement unknown = JsonDocument.Parse(KlpCommand.Run("convert", "-k", DemoKernelTree.Path, livepatch["unknown.ko"], "-n", "--json").Output).RootElement;
        Assert.Equal("KLP3001", unknown.GetProperty("diagnostics")[0].GetProperty("code").GetString());
        Assert.Contains("undecided", unknown.GetProperty("decisions").EnumerateArray().Select(decision => decision.GetProperty("kind").GetString()));

        KlpCommand noKernel = KlpCommand.Run("convert", "-k", folder.Path, livepatch["good.ko"], "-n", "--json");
        Assert.Equal(2, noKernel.ExitCode);
        JsonElement finding = Assert.Single(JsonDocument.Parse(noKernel.Output).RootElement.GetProperty("diagnostics").EnumerateArray());
        Assert.Equal("KLP0003", finding.GetProperty("code").GetString());
        Assert.False(finding.TryGetProperty("file", out _));
    }

    [Fact]
    public void A_symbolic_link_as_output_stays_one()
    {
        File.CreateSymbolicLink(folder["link.ko"], "target.ko");
        Assert.Equal(0, KlpCommand.Run("convert", livepatch["symbols.klp"], livepatch["good.ko"], folder["link.ko"]).ExitCode);
        Assert.Equal("target.ko", new FileInfo(folder["link.ko"]).LinkTarget);
        Assert.Matches("vmlinux +meminfo_proc_show", KlpCommand.Run("inspect", folder["target.ko"]).Output);
    }

    [Theory]
    [InlineData("symbols")]
    [InlineData("convert")]
    [InlineData("inspect")]
    [InlineData("validate")]
    [InlineData("boot")]
    public void The_help_of_a_command_has_examples(string command)
    {
        KlpCommand help = KlpCommand.Run(command, "--help");
        Assert.Equal((0, ""), (help.ExitCode, help.Error));
        Assert.Contains($"\n    klp {command} -", help.Output, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static void AssertWrongUse(string message, params string[] arguments)
    {
        KlpCommand command = KlpCommand.Run(arguments);
        Assert.Equal((2, ""), (command.ExitCode, command.Output));
        Assert.Contains(message, command.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", command.Error, StringComparison.Ordinal);
        Assert.Contains($"'klp {arguments[0]} --help'", command.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no option --dryrun. Did you mean --dry-run? A file of that name is ./--dryrun.", "build", "-o", "x.ko", "--dryrun", "x.c")]
    [InlineData("There is no option --patches. Did you mean --patch? A file of that name is ./--patches.", "build", "-o", "x.ko", "--patches", "fix.patch")]
    [InlineData("There is no option --nonsense. A file of that name is ./--nonsense.", "boot", "x.ko", "--nonsense")]
    [InlineData("fix.patch is no source. A patch of the kernel is named by an option: --patch fix.patch.", "build", "-o", "x.ko", "fix.patch")]
    public void What_is_no_option_is_taken_for_no_file(string message, params string[] arguments)
    {
        KlpCommand command = KlpCommand.Run(arguments);

        Assert.Equal(2, command.ExitCode);
        Assert.Contains(message, command.Error, StringComparison.Ordinal);
    }
}
