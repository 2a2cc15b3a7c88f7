using System.Text.Json;

namespace Klp.Tool.Tests;

/// <summary><c>klp build --patch</c>: what is printed where.</summary>
[Trait("Needs", "kernel")]
public sealed class BuildPatchCommandTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public void A_dry_run_explains_on_standard_output_and_makes_nothing()
    {
        string patch = Patch("seq_printf(m, linux_proc_banner,", "seq_puts(m, \"klp \");\n\tseq_printf(m, linux_proc_banner,");

        KlpCommand text = Run(patch, "--dry-run", "--explain"), json = Run(patch, "--dry-run", "--explain", "--json"), quiet = Run(patch, "--dry-run", "--json");

        Assert.Equal((0, ""), (text.ExitCode, text.Error));
        Assert.Contains("fs/proc/version.c (vmlinux, fs/proc/version.o)\n", text.Output, StringComparison.Ordinal);
        Assert.Contains("  replaces vmlinux:version_proc_show: changed", text.Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), (json.ExitCode, json.Error));
        JsonElement unit = Assert.Single(JsonDocument.Parse(json.Output).RootElement.GetProperty("units").EnumerateArray());
        Assert.Equal("vmlinux:version_proc_show", unit.GetProperty("functions")[0].GetProperty("symbol").GetString());
        Assert.Equal((0, "[]\n", ""), (quiet.ExitCode, quiet.Output, quiet.Error));
        Assert.Equal(["fix.patch"], Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_build_says_in_a_line_what_the_patch_became_where_standard_output_is_no_document()
    {
        string patch = Patch("seq_printf(m, linux_proc_banner,", "seq_puts(m, \"klp \");\n\tseq_printf(m, linux_proc_banner,");
        string module = folder["fix.ko"];

        KlpCommand text = Run(patch, "-o", module), json = Run(patch, "-o", module, "--json"), sarif = Run(patch, "-o", module, "--format", "sarif");
        KlpCommand dry = Run(patch, "--dry-run");

        Assert.Equal((0, ""), (text.ExitCode, text.Error));
        Assert.Equal($"{module}: replaces version_proc_show in vmlinux (1 function of 1 unit)\n", text.Output);
        Assert.Equal((0, "[]\n", ""), (json.ExitCode, json.Output, json.Error));
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(sarif.Output).RootElement.ValueKind);
        Assert.Equal((0, ""), (dry.ExitCode, dry.Error));
        Assert.Matches(@"^would replace version_proc_show in vmlinux of Linux \S+ \(1 function of 1 unit\)\n\z", dry.Output);
    }

    [Fact]
    public void Of_several_kernels_each_explanation_has_its_kernel_and_JSON_is_refused()
    {
        string patch = Patch("seq_printf(m, linux_proc_banner,", "seq_puts(m, \"klp \");\n\tseq_printf(m, linux_proc_banner,");

        KlpCommand text = Run(patch, "-k", DemoKernelTree.Path, "--dry-run", "--explain");

        Assert.Equal(0, text.ExitCode);
        Assert.Equal(2, text.Output.Split($"kernel {DemoKernelTree.Path}\nfs/proc/version.c (").Length - 1);
        Assert.Equal(2, Run(patch, "-k", DemoKernelTree.Path, "--dry-run", "--explain", "--json").ExitCode);
    }

    [Fact]
    public void What_is_refused_is_on_standard_error_where_an_explanation_was_asked_for_and_in_its_document()
    {
        string patch = Patch("pde_make_permanent(pde);", "pde_make_permanent(pde); pr_info(\"klp\\n\");");

        KlpCommand command = Run(patch, "--dry-run", "--explain", "--json");

        Assert.Equal(1, command.ExitCode);
        JsonElement document = JsonDocument.Parse(command.Output).RootElement;
        Assert.True(document.GetProperty("isRefused").GetBoolean());
        Assert.Equal("KLP7007", document.GetProperty("findings")[0].GetProperty("code").GetString());
        Assert.Matches(@"fix\.patch\(\d+\): error KLP7007: ", command.Error);
        Assert.Equal((1, ""), (Run(patch, "--dry-run", "--explain").ExitCode, Run(patch, "--dry-run", "--explain").Output));
        KlpCommand alone = Run(patch, "--dry-run", "--json");
        Assert.Equal((1, ""), (alone.ExitCode, alone.Error));
        Assert.Equal("KLP7007", JsonDocument.Parse(alone.Output).RootElement[0].GetProperty("code").GetString());
    }

    [Fact]
    public void How_many_folders_to_take_off_is_told_in_the_words_of_the_command()
    {
        string patch = Patch("seq_printf(m, linux_proc_banner,", "seq_puts(m, \"klp \");\n\tseq_printf(m, linux_proc_banner,");

        Assert.Contains("or a --strip that fits the patch.", Run(patch, "--dry-run", "--strip", "9").Error, StringComparison.Ordinal);
        Assert.Contains("With a --strip of 1 instead of 0 there is one.", Run(patch, "--dry-run", "--strip", "0").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_patch_whose_name_leads_to_a_FIFO_or_a_folder_is_told_and_not_waited_for()
    {
        Klp.Tests.Tool.Run("mkfifo", folder["fifo.patch"]);
        foreach (string path in new[] { folder["fifo.patch"], folder.Path, "/dev/zero" })
        {
            KlpCommand command = Run(path, "--dry-run");
            Assert.Equal((2, ""), (command.ExitCode, command.Output));
            Assert.Contains($"error KLP0012: The patch {path} cannot be read: it is a", command.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_patch_may_come_from_standard_input()
    {
        string patch = Patch("seq_printf(m, linux_proc_banner,", "seq_puts(m, \"klp \");\n\tseq_printf(m, linux_proc_banner,");
        string output = Klp.Tests.Tool.Run(
            "bash", "-c", $"cat '{patch}' | {KlpCommand.ShellWords} build -k '{DemoKernelTree.Path}' --dry-run --explain --patch -").Output;
        Assert.Contains("replaces vmlinux:version_proc_show", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_patch_may_come_out_of_a_pipe_that_the_shell_opened()
    {
        string patch = Patch("seq_printf(m, linux_proc_banner,", "seq_puts(m, \"klp \");\n\tseq_printf(m, linux_proc_banner,");
        string output = Klp.Tests.Tool.Run(
            "bash", "-c", $"{KlpCommand.ShellWords} build -k '{DemoKernelTree.Path}' --dry-run --explain --report '{folder["report.txt"]}' --patch <(sleep 1; cat '{patch}')").Output;
        Assert.Contains("replaces vmlinux:version_proc_show", output, StringComparison.Ordinal);
        // Whoever reads a pipe twice has the hash of nothing.
        Assert.Contains(Klp.Tests.Tool.Run("sha256sum", patch).Output.Split(' ')[0], File.ReadAllText(folder["report.txt"]), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static KlpCommand Run(string patch, params string[] arguments) =>
        KlpCommand.Run(["build", "-k", DemoKernelTree.Path, "--patch", patch, .. arguments]);

    private string Patch(string old, string made)
    {
        string record = File.ReadLines(Path.Combine(DemoKernelTree.Path, "fs/proc/.version.o.cmd")).First(line => line.StartsWith("source_", StringComparison.Ordinal));
        string path = Path.GetFullPath(record.Split(" := ")[1], DemoKernelTree.Path);
        string original = File.ReadAllText(path), file = path;
        if (!original.Contains(old, StringComparison.Ordinal))
            original = File.ReadAllText(file = path.Replace("version.c", "meminfo.c", StringComparison.Ordinal));
        Assert.Contains(old, original, StringComparison.Ordinal);
        using TempFolder both = new();
        string a = both.Write("a", original), b = both.Write("b", original.Replace(old, made, StringComparison.Ordinal)), name = "fs/proc/" + Path.GetFileName(file);
        return folder.Write("fix.patch", Klp.Tests.Tool.RunFailing("diff", "-u", "--label", "a/" + name, "--label", "b/" + name, a, b).Output);
    }
}
