using Klp.Boot.Host;
using Klp.Boot.Livepatch;
using Klp.Boot.Machine;
using Klp.Boot.Report;
using Klp.Boot.Testing;
using Klp.Boot.Tests.Kernels;
using Klp.Boot.Tests.Machine;

namespace Klp.Boot.Tests;

[Collection(Guests.Collection)]
public class LivepatchTestTests
{
    /// <summary>Replaces what /proc/cmdline shows; needs no symbol that is not exported.</summary>
    private const string Livepatch = """
        #include <linux/livepatch.h>
        #include <linux/seq_file.h>

        static int new_show(struct seq_file *m, void *v)
        {
        	seq_puts(m, "this has been live patched\n");
        	return 0;
        }

        static struct klp_func functions[] = { { .old_name = "cmdline_proc_show", .new_func = new_show }, { } };
        static struct klp_object objects[] = { { .funcs = functions }, { } };
        static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objects };

        static int __init start(void) { return klp_enable_patch(&patch); }
        static void __exit stop(void) { }
        module_init(start);
        module_exit(stop);
        MODULE_INFO(livepatch, "Y");
        """;

    /// <summary>A module with a function that a file of /sys shows the result of.</summary>
    private const string Answers = """
        static noinline int answer(char *buffer, const struct kernel_param *kp) { return sprintf(buffer, "41\n"); }
        static const struct kernel_param_ops ops = { .get = answer };
        module_param_cb(answer, &ops, NULL, 0444);
        """;

    [Fact]
    public async Task A_livepatch_lives_and_goes_again()
    {
        using TestFolder folder = new TestFolder();
        await KbuildModule.BuildAsync(folder, ("klp-cmdline", Livepatch));

        LivepatchTestResult result = await (LifePlan.Of(DemoKernel.Kernel, folder.Combine("klp-cmdline.ko")) with
        {
            LoadBefore = ["dm-zero"],
            LoadAfter = [new ModuleToLoad("zram", "num_devices=2")],
            Show = ["/proc/cmdline", "/proc/modules"],
        }).RunAsync();

        result.AssertPassed();
        Assert.Equal(
        [
            "boots", "dm-zero loads", "loads", "transition completes", "zram loads later", "vmlinux:cmdline_proc_show is patched",
            "disables", "is unpatched", "unloads", "loads a second time", "unloads a second time", "kernel log is clean",
        ], result.Cases.Select(item => item.Case.Name));
        Assert.Equal(2, result.Boot!.Report.Log.Count(record => record.Text == "livepatch: enabling patch 'klp_cmdline'"));

        ShownFile shown = result.Files[0];
        Assert.Contains("rdinit=/init", shown.Before.Text, StringComparison.Ordinal);
        Assert.Equal("this has been live patched\n", shown.Patched.Text);
        Assert.Equal(shown.Before.Text, shown.After.Text);
        ShownFile modules = result.Files[1];
        Assert.Contains("dm_zero", modules.Before.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("zram", modules.Before.Text, StringComparison.Ordinal);
        Assert.Contains("klp_cmdline", modules.Patched.Text, StringComparison.Ordinal);
        Assert.Contains("zram", modules.Patched.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("klp_cmdline", modules.After.Text, StringComparison.Ordinal);
        string[] loaded = [.. result.Boot.Report.Steps.Where(step => step.Step.Verb == "load").Select(step => Path.GetFileName(step.Step.Arguments[0]))];
        Assert.Equal(["dm-mod.ko", "dm-zero.ko", "klp-cmdline.ko"], loaded[..3]);
        Assert.Contains("zsmalloc.ko", loaded[3..^2]);
        Assert.Equal(["zram.ko", "klp-cmdline.ko"], loaded[^2..]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_module_of_no_tree_is_patched(bool onlyLater)
    {
        using TestFolder folder = new TestFolder();
        await KbuildModule.BuildAsync(folder,
            ("answers", Answers),
            ("klp_answers", Livepatch
                .Replace("cmdline_proc_show", "answer", StringComparison.Ordinal)
                .Replace("int new_show(struct seq_file *m, void *v)", "int new_show(char *buffer, const struct kernel_param *kp)", StringComparison.Ordinal)
                .Replace("seq_puts(m, \"this has been live patched\\n\");\n\treturn 0;", "return sprintf(buffer, \"42\\n\");", StringComparison.Ordinal)
                .Replace("{ .funcs", "{ .name = \"answers\", .funcs", StringComparison.Ordinal)));
        string module = folder.Combine("answers.ko");

        LivepatchTestResult result = await (LifePlan.Of(DemoKernel.Kernel, folder.Combine("klp_answers.ko")) with
        {
            ExternalModules = [module],
            LoadAfter = onlyLater ? [module] : [],
            Show = ["/sys/module/answers/parameters/answer"],
        }).RunAsync();

        result.AssertPassed();
        ShownFile shown = Assert.Single(result.Files);
        Assert.Equal(onlyLater ? StepStatus.Refused : StepStatus.Succeeded, shown.Before.Status);
        Assert.Equal((onlyLater ? "" : "41\n", "42\n", "41\n"), (shown.Before.Text, shown.Patched.Text, shown.After.Text));
    }

    [Fact]
    public async Task A_livepatch_that_the_kernel_refuses_is_a_failure_with_its_message()
    {
        using TestFolder folder = new TestFolder();
        await KbuildModule.BuildAsync(folder,
            ("klp_nowhere", Livepatch.Replace("cmdline_proc_show", "no_such_function", StringComparison.Ordinal)));

        LivepatchTestResult result = await LifePlan.Of(DemoKernel.Kernel, folder.Combine("klp_nowhere.ko")).RunAsync();

        Assert.Equal(BootOutcome.Completed, result.Boot?.Outcome);
        Assert.Equal(["loads"], result.Failed());
        string message = result.Case("loads").Message;
        Assert.StartsWith("load /klp/modules/klp_nowhere.ko: Invalid argument (errno 22)", message, StringComparison.Ordinal);
        Assert.Contains("symbol 'no_such_function' not found in symbol table", message, StringComparison.Ordinal);
        Assert.Equal(CaseOutcome.Passed, result.Case("kernel log is clean").Outcome);
    }

    [Fact]
    public async Task A_function_that_the_kernel_does_not_report_as_patched_fails_its_case()
    {
        using TestFolder folder = new TestFolder();
        await KbuildModule.BuildAsync(folder, ("klp_withdraws", Livepatch
            .Replace(".new_func = new_show }, { }", ".new_func = new_show }, { .old_name = \"version_proc_show\", .new_func = new_show }, { }", StringComparison.Ordinal)
            .Replace("return klp_enable_patch", "memset(&functions[1], 0, sizeof(functions[1])); return klp_enable_patch", StringComparison.Ordinal)));

        LivepatchTestResult result = await LifePlan.Of(DemoKernel.Kernel, folder.Combine("klp_withdraws.ko")).RunAsync();

        Assert.Equal(["vmlinux:version_proc_show is patched", "loads a second time"], result.Failed());
        Assert.Contains("The livepatch does not have the function", result.Case("vmlinux:version_proc_show is patched").Message, StringComparison.Ordinal);
        Assert.Equal(CaseOutcome.Passed, result.Case("vmlinux:cmdline_proc_show is patched").Outcome);
    }

    [Fact]
    public async Task A_module_that_is_not_there_is_named()
    {
        LivepatchTestPlan plan = LifePlan.Of(DemoKernel.Kernel, "/nowhere/klp.ko");
        BootSetupException e = Assert.Throws<BootSetupException>(() => LivepatchTest.Prepare(plan));
        Assert.Equal(BootSetupProblem.ModuleNotFound, e.Problem);
        Assert.Contains("/nowhere/klp.ko", e.Message, StringComparison.Ordinal);

        using TestFolder folder = new TestFolder();
        await KbuildModule.BuildAsync(folder, ("klp_cmdline", Livepatch));
        plan = plan with { Livepatches = [folder.Combine("klp_cmdline.ko")], LoadBefore = ["no_such_module"] };
        LivepatchTestResult result = await plan.RunAsync();
        Assert.Equal(["boots"], result.Failed());
        Assert.Contains("'no_such_module'", result.Case("boots").Message, StringComparison.Ordinal);
    }
}
