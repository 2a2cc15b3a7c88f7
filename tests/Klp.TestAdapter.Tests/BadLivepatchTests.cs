using Klp.Boot.Tests.Kernels;

namespace Klp.TestAdapter.Tests;

/// <summary>Livepatches that are wrong: each has its named failure.</summary>
public class BadLivepatchTests
{
    private const string ReadsTheFile = """<ItemGroup><KlpBootCheck Include="/proc/cmdline" Contains="patched" /></ItemGroup>""";

    [Fact]
    public void An_oops_in_the_new_function_is_quoted_where_it_came()
    {
        using LivepatchProject project = new(LivepatchProject.Show("*(volatile int *)8 = 0;"), ReadsTheFile);

        TestRunOutcome run = project.Test();

        Assert.Equal(1, run.ExitCode);
        TestRunCase failed = run["patched: /proc/cmdline contains 'patched'"];
        Assert.Equal("Failed", failed.Outcome);
        Assert.Contains("killed in the middle of it by signal", failed.Message, StringComparison.Ordinal);
        Assert.Contains("Unable to handle kernel", failed.Message, StringComparison.Ordinal);
        Assert.Contains("show+0x", failed.Message, StringComparison.Ordinal);
        Assert.Contains("The end of the guest's console:", failed.Output, StringComparison.Ordinal);
        Assert.Contains("D: the kernel has died", run["kernel log is clean"].Message, StringComparison.Ordinal);
        Assert.Equal("Passed", run["transition completes"].Outcome);
    }

    [Fact]
    public void A_warning_fails_the_case_in_which_it_came()
    {
        using LivepatchProject project = new(LivepatchProject.Show("WARN(1, \"so it goes\\n\");"), ReadsTheFile);

        TestRunOutcome run = project.Test();

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("so it goes", run["patched: /proc/cmdline contains 'patched'"].Message, StringComparison.Ordinal);
        Assert.Contains("W: the kernel warned", run["kernel log is clean"].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Locks_taken_in_both_orders_are_reported_by_lockdep()
    {
        string code = """
            static DEFINE_MUTEX(outer);
            static DEFINE_MUTEX(inner);

            static noinline void take(struct mutex *first, struct mutex *second)
            {
            	mutex_lock(first);
            	mutex_lock(second);
            	mutex_unlock(second);
            	mutex_unlock(first);
            }

            """ + LivepatchProject.Show("take(&outer, &inner);\n\ttake(&inner, &outer);");
        using LivepatchProject project = new("#include <linux/mutex.h>\n" + code, ReadsTheFile) { Kernel = HardenedKernel.Kernel };

        TestRunOutcome run = project.Test();

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["patched: /proc/cmdline contains 'patched'"], run.Names("Failed"));
        string message = run["patched: /proc/cmdline contains 'patched'"].Message;
        Assert.Contains("WARNING: possible circular locking dependency detected", message, StringComparison.Ordinal);
        Assert.Matches(@"\(outer\).*, at: take\+0x", message);
        Assert.Contains("*** DEADLOCK ***", message, StringComparison.Ordinal);
        Assert.Contains("show+0x", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sleeping_with_a_spinlock_held_is_reported()
    {
        using LivepatchProject project = new(
            "#include <linux/slab.h>\nstatic DEFINE_SPINLOCK(held);\n" + LivepatchProject.Show("spin_lock(&held);\n\tkfree(kmalloc(64, GFP_KERNEL));\n\tspin_unlock(&held);"),
            ReadsTheFile) { Kernel = HardenedKernel.Kernel };

        TestRunOutcome run = project.Test();

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("BUG: sleeping function called from invalid context", run["patched: /proc/cmdline contains 'patched'"].Message, StringComparison.Ordinal);
        Assert.Equal("Passed", run["unloads a second time"].Outcome);
    }

    [Fact]
    public void A_transition_that_cannot_finish_names_the_task_that_holds_it()
    {
        // kthreadd sleeps in the function of its name for ever.
        using LivepatchProject project = new(
            "static int show(void *unused) { return 0; }",
            "<PropertyGroup><KlpBootTransitionLimit>2</KlpBootTransitionLimit></PropertyGroup>", "kthreadd");

        TestRunOutcome run = project.Test();

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["transition completes"], run.Names("Failed"));
        Assert.Contains("not done within 2 s", run["transition completes"].Message, StringComparison.Ordinal);
        Assert.Matches(@"held up by kthreadd \(2\): .*kthreadd\+0x", run["transition completes"].Message);
        Assert.Equal("Passed", run["unloads"].Outcome);
        Assert.Equal("NotExecuted", run["loads a second time"].Outcome);
        Assert.Contains("transition completes", run["loads a second time"].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_that_cannot_unload_is_named_and_what_needs_it_is_skipped()
    {
        using LivepatchProject project = new("#define NO_EXIT\n#define patch_stop __maybe_unused patch_stop\n" + LivepatchProject.Show(""));

        TestRunOutcome run = project.Test();

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["unloads"], run.Names("Failed"));
        Assert.Contains("unload patch: Device or resource busy (errno 16)", run["unloads"].Message, StringComparison.Ordinal);
        Assert.Equal(["loads a second time", "unloads a second time"], run.Names("NotExecuted"));
    }

    [Fact]
    public void A_panic_is_the_failure_of_the_case_in_which_it_came()
    {
        using LivepatchProject project = new(LivepatchProject.Show("panic(\"enough\");"), ReadsTheFile);

        TestRunOutcome run = project.Test();

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["patched: /proc/cmdline contains 'patched'"], run.Names("Failed"));
        Assert.Contains("The guest's kernel panicked.", run["patched: /proc/cmdline contains 'patched'"].Message, StringComparison.Ordinal);
        Assert.Contains("enough", run["patched: /proc/cmdline contains 'patched'"].Message, StringComparison.Ordinal);
        Assert.Equal("NotExecuted", run["disables"].Outcome);
    }

    [Fact]
    public void A_guest_that_hangs_or_floods_its_console_is_ended()
    {
        using LivepatchProject hangs = new(LivepatchProject.Show("local_irq_disable(); for (;;) cpu_relax();"), ReadsTheFile + "<PropertyGroup><KlpBootTimeLimit>12</KlpBootTimeLimit></PropertyGroup>");
        using LivepatchProject floods = new(LivepatchProject.Show("for (;;) pr_emerg(\"%0500d\\n\", 7);"), ReadsTheFile + "<PropertyGroup><KlpBootTimeLimit>60</KlpBootTimeLimit></PropertyGroup>");

        TestRunOutcome hung = hangs.Test();
        TestRunOutcome flooded = floods.Test();

        Assert.Equal((1, 1), (hung.ExitCode, flooded.ExitCode));
        Assert.Contains("not done within the time limit", hung["patched: /proc/cmdline contains 'patched'"].Message, StringComparison.Ordinal);
        Assert.Matches("flooded its console|not done within the time limit", flooded["patched: /proc/cmdline contains 'patched'"].Message);
        Assert.Equal("Passed", flooded["transition completes"].Outcome);
    }

    [Fact]
    public void A_guest_whose_kernel_has_no_memory_left_is_the_failure_of_the_case_in_which_it_came()
    {
        using LivepatchProject project = new("#include <linux/gfp.h>\n" + LivepatchProject.Show("while (__get_free_page(GFP_KERNEL | __GFP_NOFAIL));"), ReadsTheFile + "<PropertyGroup><KlpBootMemory>128</KlpBootMemory><KlpBootTimeLimit>60</KlpBootTimeLimit></PropertyGroup>");

        TestRunOutcome run = project.Test();

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["patched: /proc/cmdline contains 'patched'"], run.Names("Failed"));
        Assert.Contains("Out of memory", run["patched: /proc/cmdline contains 'patched'"].Message, StringComparison.Ordinal);
        Assert.Equal("NotExecuted", run["disables"].Outcome);
    }

    [Fact]
    public void A_failure_that_was_not_picked_fails_the_case_that_needs_it()
    {
        using LivepatchProject project = new("static int show(void *unused) { return 0; }", "<PropertyGroup><KlpBootTransitionLimit>2</KlpBootTransitionLimit></PropertyGroup>", "kthreadd");

        TestRunOutcome run = project.Test("--filter", "Name=loads a second time");

        Assert.Equal(1, run.ExitCode);
        TestRunCase only = Assert.Single(run.Cases);
        Assert.Equal("Failed", only.Outcome);
        Assert.Contains("held up by kthreadd", only.Message, StringComparison.Ordinal);
    }
}
