using System.Text.Json.Nodes;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>What a project with a patch has to look at: the report, the manifest, and the patched sources in an editor.</summary>
[Trait("Needs", "kernel")]
public sealed class PatchReportTests : IDisposable
{
    private readonly TestProject project = new();

    public PatchReportTests()
    {
        File.Delete(project.Combine("patch.c"));
        project.Write("fixes/fix.patch", PatchProjectTests.Patch);
        project.WriteProject("""<ItemGroup><KlpPatch Include="fixes/fix.patch" /></ItemGroup>""");
    }

    [Fact]
    public void A_report_that_is_gone_is_made_again_and_nothing_else_is()
    {
        project.Build().Succeeded();
        Assert.Contains("version_proc_show", File.ReadAllText(Report("report.txt")), StringComparison.Ordinal);
        string page = File.ReadAllText(Report("report.html"));
        Assert.Contains("livepatch_version_proc_show", page, StringComparison.Ordinal);
        // It was disassembled, and the lines of the patch are there.
        Assert.Contains("R_AARCH64_CALL26 seq_printf", page, StringComparison.Ordinal);
        Assert.Contains("seq_printf(m, &quot;patched %s version %s %s\\n&quot;,", page, StringComparison.Ordinal);

        foreach (string name in new[] { "report.html", "report.txt", "explanation.json" })
        {
            File.Delete(Report(name));
            Assert.Equal(["KlpExtractPatch"], project.Build().Succeeded().Ran);
            Assert.True(File.Exists(Report(name)), name);
            Assert.Empty(project.Build().Succeeded().Ran);
        }

        Assert.Equal(page, File.ReadAllText(Report("report.html")));
        project.Run("clean").Succeeded();
        Assert.Equal(["obj/Debug/patch.assets.cache"], project.Files("obj/Debug"));
        Assert.DoesNotContain(project.Files("obj"), file => file.Contains("compile_commands", StringComparison.Ordinal));
    }

    [Fact]
    public void A_refused_patch_has_a_report_that_says_why_and_no_old_one()
    {
        project.Build().Succeeded();
        project.Edit("fixes/fix.patch", "-\tseq_printf(m, linux_proc_banner,", "-\tseq_printf(m, something_else,");

        BuildMessage error = Assert.Single(project.Build().Errors);

        string report = File.ReadAllText(Report("report.txt"));
        Assert.Contains("Refused", report, StringComparison.Ordinal);
        Assert.Contains($"fixes/fix.patch:{error.Line}: error {error.Code}: {error.Text.Split('\n')[0]}", report, StringComparison.Ordinal);
        Assert.DoesNotContain("Replaces", report, StringComparison.Ordinal);
    }

    [Fact]
    public void The_manifest_says_what_the_module_was_made_from_and_how_that_is_known()
    {
        project.Build().Succeeded();

        JsonNode manifest = JsonNode.Parse(File.ReadAllText(Path.ChangeExtension(project.Module, ".klp.json")))!;
        JsonNode origin = manifest["madeFrom"]!;
        JsonNode patch = Assert.Single(origin["patches"]!.AsArray())!;
        Assert.Equal("fixes/fix.patch", patch["name"]!.GetValue<string>());
        Assert.Equal(Tool.Run("sha256sum", project.Combine("fixes", "fix.patch")).Output.Split(' ')[0], patch["sha256"]!.GetValue<string>());
        JsonNode unit = Assert.Single(origin["units"]!.AsArray())!;
        Assert.Equal(("fs/proc/version.o", "fs/proc/version.c", "vmlinux"), (unit["unit"]!.GetValue<string>(), unit["source"]!.GetValue<string>(), unit["objectName"]!.GetValue<string>()));
        Assert.Contains("byte for byte", unit["proof"]!.GetValue<string>(), StringComparison.Ordinal);
        JsonNode function = Assert.Single(unit["functions"]!.AsArray())!;
        JsonNode patched = Assert.Single(Assert.Single(manifest["patches"]!.AsArray())!["functions"]!.AsArray())!;
        Assert.Equal("changed", function["reason"]!.GetValue<string>());
        foreach (string name in new[] { "oldName", "newName", "sympos" })
            Assert.Equal(patched[name]!.ToJsonString(), function[name]!.ToJsonString());

        // What is said of the patch is of this one, also where the module does not change.
        project.Edit("fixes/fix.patch", "--- a/fs", "A better description.\n--- a/fs");
        project.Build().Succeeded();
        manifest = JsonNode.Parse(File.ReadAllText(Path.ChangeExtension(project.Module, ".klp.json")))!;
        Assert.Equal(Tool.Run("sha256sum", project.Combine("fixes", "fix.patch")).Output.Split(' ')[0], manifest["madeFrom"]!["patches"]![0]!["sha256"]!.GetValue<string>());
    }

    [Fact]
    public void Clangd_reads_the_patched_copy_as_the_kernel_compiles_it_and_finds_its_errors()
    {
        project.Build().Succeeded();
        string copy = Report("source/fs/proc/version.c");
        Assert.Contains("patched %s version", File.ReadAllText(copy), StringComparison.Ordinal);
        Check(copy, "", expectedErrors: 0);

        // The build fails, and what the editor shows is the new text.
        project.Edit("fixes/fix.patch", "%s\\n\",", "%s\\n\" + nowhere,");
        project.Build().SingleError("KLP7015");
        Assert.Contains("use of undeclared identifier 'nowhere'", Check(copy, "", expectedErrors: 1), StringComparison.Ordinal);
    }

    [Fact]
    public void Clangd_reads_patched_headers_in_place_of_the_kernels()
    {
        project.Write("fixes/fix.patch", """
            --- a/include/linux/zsmalloc.h
            +++ b/include/linux/zsmalloc.h
            @@ -24,2 +24,4 @@
             struct zs_pool;
            +
            +static inline int klp_two(void) { return 2; }
             struct scatterlist;
            --- a/drivers/block/zram/zram_drv.c
            +++ b/drivers/block/zram/zram_drv.c
            @@ -1940,3 +1940,4 @@
             	memset(&pool_stats, 0x00, sizeof(struct zs_pool_stats));
            +	pr_info("klp %d\n", klp_two());
             
             	guard(rwsem_read)(&zram->dev_lock);

            """);

        project.Build().Succeeded();

        string copy = Report("source/drivers/block/zram/zram_drv.c");
        int line = Array.FindIndex(File.ReadAllLines(copy), text => text.Contains("klp_two", StringComparison.Ordinal)) + 1;
        Check(copy, $"--check-lines={line}-{line}", expectedErrors: 0);
        Assert.Contains(JsonNode.Parse(File.ReadAllText(project.Combine("obj", "compile_commands.json")))!.AsArray(), entry => entry!["file"]!.GetValue<string>() == Report("source/include/linux/zsmalloc.h"));
    }

    public void Dispose() => project.Dispose();

    private string Report(string name) => project.Combine("obj", "Debug", TestKernel.Release, "patch", name);

    private string Check(string file, string option, int expectedErrors)
    {
        string[] arguments = [$"--check={file}", .. option.Length > 0 ? new[] { option } : []];
        ToolOutput output = expectedErrors == 0 ? Tool.Run(Llvm.Program("clangd"), arguments) : Tool.RunFailing(Llvm.Program("clangd"), arguments);
        Assert.Contains($"Loaded compilation database from {project.Combine("obj")}", output.Errors, StringComparison.Ordinal);
        Assert.Contains($"All checks completed, {expectedErrors} errors", output.Errors, StringComparison.Ordinal);
        return output.Errors;
    }
}
