namespace Klp.Boot.Tests;

[Collection(Guests.Collection)]
public class LivepatchBootTests
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

    /// <summary>A module with a thread that never leaves the function to be patched.</summary>
    private const string Target = """
        #include <linux/kthread.h>
        #include <linux/delay.h>

        static struct task_struct *sleeper;

        static noinline int sleep_on(void *unused)
        {
        	while (!kthread_should_stop())
        		msleep_interruptible(100);
        	return 0;
        }

        static int __init start(void)
        {
        	sleeper = kthread_run(sleep_on, NULL, "sleeper");
        	return PTR_ERR_OR_ZERO(sleeper);
        }

        static void __exit stop(void) { kthread_stop(sleeper); }
        module_init(start);
        module_exit(stop);
        """;

    [Fact]
    public async Task A_livepatch_lives_and_goes_again()
    {
        using var folder = new TestFolder();
        await KbuildModule.BuildAsync(folder, ("klp-cmdline", Livepatch));

        LivepatchBootResult result = await new LivepatchBoot
        {
            Kernel = DemoKernel.Kernel,
            Livepatches = [folder.Combine("klp-cmdline.ko")],
            LoadBefore = ["dm-zero"],
            LoadAfter = [new ModuleToLoad("zram", "num_devices=2")],
            Show = ["/proc/cmdline", "/proc/modules"],
        }.RunAsync();

        Assert.True(result.Succeeded, string.Join('\n', result.Failures));
        LivepatchLife life = Assert.Single(result.Livepatches);
        Assert.Equal("klp_cmdline", life.Name);
        Assert.True(life.IsLoaded && life.IsTransitionComplete && life.IsDisabled && life.IsUnloaded);
        Assert.Contains(life.Load.Log, record => record.Text == "livepatch: enabling patch 'klp_cmdline'");

        ShownFile shown = result.Files[0];
        Assert.Contains("rdinit=/init", shown.Before.Text, StringComparison.Ordinal);
        Assert.Equal("this has been live patched\n", shown.Patched.Text);
        Assert.Equal(shown.Before.Text, shown.After.Text);
        Assert.Contains("dm_zero", result.Files[1].Before.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("zram", result.Files[1].Before.Text, StringComparison.Ordinal);
        Assert.Contains("klp_cmdline", result.Files[1].Patched.Text, StringComparison.Ordinal);
        Assert.Contains("zram", result.Files[1].Patched.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("klp_cmdline", result.Files[1].After.Text, StringComparison.Ordinal);
        string[] modules = [.. result.Modules.Select(step => Path.GetFileName(step.Step.Arguments[0]))];
        Assert.Equal(["dm-mod.ko", "dm-zero.ko"], modules[..2]);
        Assert.Contains("zsmalloc.ko", modules[2..^1]);
        Assert.Equal("zram.ko", modules[^1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_module_is_patched_whether_it_is_loaded_before_or_after(bool before)
    {
        using var folder = new TestFolder();
        await KbuildModule.BuildAsync(folder,
            ("answers", Answers),
            ("klp_answers", Livepatch
                .Replace("cmdline_proc_show", "answer", StringComparison.Ordinal)
                .Replace("int new_show(struct seq_file *m, void *v)", "int new_show(char *buffer, const struct kernel_param *kp)", StringComparison.Ordinal)
                .Replace("seq_puts(m, \"this has been live patched\\n\");\n\treturn 0;", "return sprintf(buffer, \"42\\n\");", StringComparison.Ordinal)
                .Replace("{ .funcs", "{ .name = \"answers\", .funcs", StringComparison.Ordinal)));
        ModuleToLoad[] target = [folder.Combine("answers.ko")];

        LivepatchBootResult result = await new LivepatchBoot
        {
            Kernel = DemoKernel.Kernel,
            Livepatches = [folder.Combine("klp_answers.ko")],
            LoadBefore = before ? target : [],
            LoadAfter = before ? [] : target,
            Show = ["/sys/module/answers/parameters/answer"],
        }.RunAsync();

        Assert.True(result.Succeeded, string.Join('\n', result.Failures));
        ShownFile shown = Assert.Single(result.Files);
        Assert.Equal(before ? StepStatus.Succeeded : StepStatus.Refused, shown.Before.Status);
        Assert.Equal((before ? "41\n" : "", "42\n", "41\n"), (shown.Before.Text, shown.Patched.Text, shown.After.Text));
    }

    [Fact]
    public async Task What_the_kernel_complains_of_is_a_failure_and_quoted()
    {
        using var folder = new TestFolder();
        await KbuildModule.BuildAsync(folder,
            ("klp_warns", Livepatch.Replace("seq_puts(m", "WARN(1, \"so it goes\\n\");\n\tseq_puts(m", StringComparison.Ordinal)),
            ("klp_oopses", Livepatch.Replace("seq_puts(m", "*(volatile int *)8 = 0;\n\tseq_puts(m", StringComparison.Ordinal)));

        LivepatchBootResult warns = await ShowAsync("klp_warns.ko");
        LivepatchBootResult oopses = await ShowAsync("klp_oopses.ko");

        string failure = Assert.Single(warns.Failures);
        Assert.StartsWith("read /proc/cmdline: the kernel complained:", failure, StringComparison.Ordinal);
        Assert.Contains("so it goes", failure, StringComparison.Ordinal);
        Assert.Contains("new_show", failure, StringComparison.Ordinal);
        Assert.Equal("this has been live patched\n", warns.Files[0].Patched.Text);

        Assert.Equal(BootOutcome.Completed, oopses.Boot.Outcome);
        Assert.Equal(StepStatus.Killed, oopses.Files[0].Patched.Status);
        Assert.Contains(oopses.Failures, text => text.Contains("Unable to handle kernel", StringComparison.Ordinal) && text.Contains("new_show", StringComparison.Ordinal));

        Task<LivepatchBootResult> ShowAsync(string livepatch) => new LivepatchBoot
        {
            Kernel = DemoKernel.Kernel,
            Livepatches = [folder.Combine(livepatch)],
            Show = ["/proc/cmdline"],
        }.RunAsync();
    }

    [Fact]
    public async Task A_livepatch_that_the_kernel_refuses_is_a_failure_with_its_message()
    {
        using var folder = new TestFolder();
        await KbuildModule.BuildAsync(folder,
            ("klp_nowhere", Livepatch.Replace("cmdline_proc_show", "no_such_function", StringComparison.Ordinal)));

        LivepatchBootResult result = await new LivepatchBoot
        {
            Kernel = DemoKernel.Kernel,
            Livepatches = [folder.Combine("klp_nowhere.ko")],
        }.RunAsync();

        Assert.Equal(BootOutcome.Completed, result.Boot.Outcome);
        Assert.False(result.Succeeded);
        Assert.False(result.Livepatches[0].IsLoaded);
        string failure = Assert.Single(result.Failures);
        Assert.StartsWith("load /klp/modules/klp_nowhere.ko: Invalid argument (errno 22)", failure, StringComparison.Ordinal);
        Assert.Contains("symbol 'no_such_function' not found in symbol table", failure, StringComparison.Ordinal);
        Assert.Empty(result.Complaints);
    }

    [Fact]
    public async Task A_transition_that_stalls_names_the_task_that_holds_it()
    {
        using var folder = new TestFolder();
        await KbuildModule.BuildAsync(folder,
            ("sleepy", Target),
            ("klp_sleepy", Livepatch
                .Replace("cmdline_proc_show", "sleep_on", StringComparison.Ordinal)
                .Replace("{ .funcs", "{ .name = \"sleepy\", .funcs", StringComparison.Ordinal)));

        LivepatchBootResult result = await new LivepatchBoot
        {
            Kernel = DemoKernel.Kernel,
            Livepatches = [folder.Combine("klp_sleepy.ko")],
            LoadBefore = [folder.Combine("sleepy.ko")],
            TransitionLimit = TimeSpan.FromSeconds(2),
        }.RunAsync();

        Assert.Equal(BootOutcome.Completed, result.Boot.Outcome);
        LivepatchLife life = Assert.Single(result.Livepatches);
        Assert.True(life.IsLoaded);
        Assert.Equal(StepStatus.TimedOut, life.Transition.Status);
        StalledTask task = Assert.Single(life.Transition.StalledTasks);
        Assert.Equal(("sleeper", 0), (task.Name, task.PatchState));
        Assert.Contains("sleep_on", task.Stack, StringComparison.Ordinal);
        Assert.Contains(result.Failures, failure => failure.Contains("held up by sleeper", StringComparison.Ordinal));
        // Taking it back reverses the transition, for which no task has to move.
        Assert.True(life.IsDisabled && life.IsUnloaded);
    }

    [Fact]
    public async Task A_module_that_is_not_there_is_named()
    {
        var boot = new LivepatchBoot { Kernel = DemoKernel.Kernel, Livepatches = ["/nowhere/klp.ko"] };
        var e = await Assert.ThrowsAsync<BootSetupException>(() => boot.RunAsync());
        Assert.Equal(BootSetupProblem.ModuleNotFound, e.Problem);
        Assert.Contains("/nowhere/klp.ko", e.Message, StringComparison.Ordinal);

        boot = boot with { Livepatches = [], LoadBefore = ["no_such_module"] };
        e = await Assert.ThrowsAsync<BootSetupException>(() => boot.RunAsync());
        Assert.Contains("'no_such_module'", e.Message, StringComparison.Ordinal);
    }
}
