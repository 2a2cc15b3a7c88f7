using System.Text.Json;

namespace Klp.Tool.Tests;

public class CommandTests(LivepatchFixture livepatch) : IClassFixture<LivepatchFixture>
{
    [Fact]
    public void Convert_from_a_tree_a_database_and_in_the_call_form_of_klp_convert_makes_the_same_module()
    {
        KlpCommand tree = KlpCommand.Run("convert", "-k", DemoKernelTree.Path, livepatch["good.ko"], "-o", livepatch["by tree.ko"]);
        KlpCommand database = KlpCommand.Run("convert", "-s", livepatch["symbols.klp"], livepatch["good.ko"], "-o", livepatch["by database.ko"]);
        KlpCommand positional = KlpCommand.Run("convert", livepatch["symbols.klp"], livepatch["good.ko"], livepatch["positional.ko"]);

        Assert.Equal((0, 0, 0), (tree.ExitCode, database.ExitCode, positional.ExitCode));
        byte[] expected = File.ReadAllBytes(livepatch["by tree.ko"]);
        Assert.Equal(expected, File.ReadAllBytes(livepatch["by database.ko"]));
        Assert.Equal(expected, File.ReadAllBytes(livepatch["positional.ko"]));
    }

    [Fact]
    public void Convert_reads_standard_input_and_writes_standard_output()
    {
        KlpCommand.Run("convert", livepatch["symbols.klp"], livepatch["good.ko"], livepatch["file.ko"]);

        KlpCommand piped = KlpCommand.Run(File.ReadAllBytes(livepatch["good.ko"]), "convert", livepatch["symbols.klp"], "-", "-");

        Assert.Equal(0, piped.ExitCode);
        Assert.Equal(File.ReadAllBytes(livepatch["file.ko"]), piped.OutputBytes);
    }

    [Fact]
    public void Convert_with_dry_run_and_explain_says_why_and_writes_nothing()
    {
        KlpCommand plan = KlpCommand.Run("convert", "-k", DemoKernelTree.Path, livepatch["good.ko"], "--dry-run", "--explain", "-o", livepatch["not made.ko"]);

        Assert.Equal(0, plan.ExitCode);
        Assert.Contains("totalreserve_pages: .klp.sym.vmlinux.totalreserve_pages,0: vmlinux has one symbol of that name, which is not exported", plan.Error, StringComparison.Ordinal);
        Assert.Contains(".klp.rela.vmlinux..text", plan.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(livepatch["not made.ko"]));
    }

    [Fact]
    public void Convert_of_an_unknown_symbol_names_the_users_line_exits_with_1_and_writes_nothing()
    {
        KlpCommand convert = KlpCommand.Run("convert", "-k", DemoKernelTree.Path, livepatch["unknown.ko"], "-o", livepatch["not made either.ko"]);

        Assert.Equal(1, convert.ExitCode);
        Assert.Matches(@"unknown\.c\(7,\d+\): error KLP3001: 'no_such_symbol', used by new_show\(\)", convert.Error);
        Assert.False(File.Exists(livepatch["not made either.ko"]));
    }

    [Fact]
    public void A_livepatch_of_a_module_that_is_not_of_the_tree_needs_the_module()
    {
        KlpCommand without = KlpCommand.Run("convert", "-k", DemoKernelTree.Path, livepatch["of-outside.ko"], "-o", livepatch["converted of-outside.ko"]);
        Assert.Equal(1, without.ExitCode);
        Assert.Contains("error KLP3001: 'outside_static'", without.Error, StringComparison.Ordinal);

        KlpCommand with = KlpCommand.Run("convert", "-k", DemoKernelTree.Path, "-m", livepatch["outside.ko"], livepatch["of-outside.ko"], "-o", livepatch["converted of-outside.ko"]);
        Assert.Equal((0, ""), (with.ExitCode, with.Error));
        Assert.Equal(0, KlpCommand.Run("validate", "-k", DemoKernelTree.Path, livepatch["converted of-outside.ko"]).ExitCode);

        Assert.Contains("error KLP4002: 'outside_call'", KlpCommand.Run("validate", "-k", DemoKernelTree.Path, livepatch["of-outside.ko"]).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("'outside_call'", KlpCommand.Run("validate", "-k", DemoKernelTree.Path, "-m", livepatch["outside.ko"], livepatch["of-outside.ko"]).Error, StringComparison.Ordinal);

        KlpCommand symbols = KlpCommand.Run("symbols", "-k", DemoKernelTree.Path, "-m", livepatch["outside.ko"], "-o", "-");
        Assert.Contains("\n*outside\n", symbols.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("symbols", "-o", "-")]
    [InlineData("convert", "in.ko", "--dry-run")]
    [InlineData("validate", "in.ko")]
    public void A_module_that_cannot_be_used_is_refused_by_every_command(params string[] command)
    {
        KlpCommand refused = KlpCommand.Run([.. command, "-k", DemoKernelTree.Path, "-m", livepatch.Folder]);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("error KLP0012: The external module is a folder.", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_reports_an_unconverted_module_as_text_and_as_json()
    {
        KlpCommand text = KlpCommand.Run("validate", "-k", DemoKernelTree.Path, livepatch["good.ko"]);
        KlpCommand json = KlpCommand.Run("validate", "-k", DemoKernelTree.Path, "--json", livepatch["good.ko"]);

        Assert.Equal((1, 1), (text.ExitCode, json.ExitCode));
        Assert.Contains("error KLP4002: 'totalreserve_pages'", text.Error, StringComparison.Ordinal);
        JsonElement finding = Assert.Single(JsonDocument.Parse(json.Output).RootElement.EnumerateArray());
        Assert.Equal(("KLP4002", "error"), (finding.GetProperty("code").GetString(), finding.GetProperty("severity").GetString()));
    }

    [Fact]
    public void Validate_writes_a_log_that_code_scanning_reads()
    {
        KlpCommand sarif = KlpCommand.Run("validate", "-k", DemoKernelTree.Path, "--format", "sarif", livepatch["good.ko"]);

        Assert.Equal((1, ""), (sarif.ExitCode, sarif.Error));
        JsonElement log = JsonDocument.Parse(sarif.Output).RootElement;
        Assert.Equal("2.1.0", log.GetProperty("version").GetString());
        JsonElement run = Assert.Single(log.GetProperty("runs").EnumerateArray());
        JsonElement driver = run.GetProperty("tool").GetProperty("driver");
        JsonElement result = Assert.Single(run.GetProperty("results").EnumerateArray());
        Assert.Equal(("klp", "KLP4002"), (driver.GetProperty("name").GetString(), driver.GetProperty("rules")[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString()));
        Assert.Equal(("KLP4002", "error"), (result.GetProperty("ruleId").GetString(), result.GetProperty("level").GetString()));
        Assert.Contains("'totalreserve_pages'", result.GetProperty("message").GetProperty("text").GetString(), StringComparison.Ordinal);
        JsonElement place = result.GetProperty("locations")[0].GetProperty("physicalLocation");
        Uri file = new(place.GetProperty("artifactLocation").GetProperty("uri").GetString()!);
        Assert.Equal("good", Path.GetFileNameWithoutExtension(file.LocalPath));
    }

    [Fact]
    public void Inspect_shows_what_is_patched_and_what_is_used()
    {
        KlpCommand.Run("convert", livepatch["symbols.klp"], livepatch["good.ko"], livepatch["inspected.ko"]);

        KlpCommand table = KlpCommand.Run("inspect", livepatch["inspected.ko"]);
        JsonElement json = JsonDocument.Parse(KlpCommand.Run("inspect", "--json", livepatch["inspected.ko"]).Output).RootElement;

        Assert.Equal(0, table.ExitCode);
        Assert.Matches(@"vmlinux +meminfo_proc_show +0 +new_show", table.Output);
        Assert.Equal("meminfo_proc_show", json.GetProperty("patches")[0].GetProperty("functions")[0].GetProperty("oldName").GetString());
        Assert.Equal("totalreserve_pages", json.GetProperty("symbols")[0].GetProperty("name").GetString());
    }

    [Fact]
    public void Symbols_of_a_boot_image_equal_those_of_its_vmlinux()
    {
        KlpCommand image = KlpCommand.Run("symbols", "--image", Path.Combine(DemoKernelTree.Path, "arch/arm64/boot/Image"), "-o", "-");
        KlpCommand vmlinux = KlpCommand.Run("symbols", "--vmlinux", Path.Combine(DemoKernelTree.Path, "vmlinux"), "-o", "-");

        Assert.Equal((0, 0), (image.ExitCode, vmlinux.ExitCode));
        Assert.StartsWith("klp-convert-symbol-data.0.1\n*vmlinux\n", image.Output, StringComparison.Ordinal);
        Assert.Equal(vmlinux.Output, image.Output);
    }

    [Theory]
    [InlineData("convert", "one.ko", "two.ko")]
    [InlineData("convert", "one.ko")]
    [InlineData("no-such-command")]
    [InlineData("inspect", "no such file.ko")]
    [InlineData("boot", "--kernel", "no such tree", "no such file.ko")]
    public void Wrong_use_and_missing_files_exit_with_2_and_a_message_but_no_stack_trace(params string[] arguments)
    {
        KlpCommand command = KlpCommand.Run(arguments);

        Assert.Equal(2, command.ExitCode);
        Assert.NotEmpty(command.Error);
        Assert.DoesNotContain("   at ", command.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_kernel_tree_the_message_says_how_to_name_one()
    {
        KlpCommand symbols = KlpCommand.Run("symbols", "-o", livepatch["nothing.klp"]);

        Assert.Equal(2, symbols.ExitCode);
        Assert.Contains("error KLP0001: No kernel tree is named.", symbols.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(livepatch["nothing.klp"]));
    }

    [Fact]
    public void A_file_that_is_no_module_is_refused_with_the_place_and_what_is_wrong()
    {
        File.WriteAllText(livepatch["text.ko"], "this is not an ELF file");

        KlpCommand inspect = KlpCommand.Run("inspect", livepatch["text.ko"]);

        Assert.Equal(2, inspect.ExitCode);
        Assert.Contains($"{livepatch["text.ko"]}: not an ELF file", inspect.Error, StringComparison.Ordinal);
    }
}
