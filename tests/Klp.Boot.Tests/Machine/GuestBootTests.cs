using System.Text;
using Klp.Boot.Host;
using Klp.Boot.Livepatch;
using Klp.Boot.Machine;
using Klp.Boot.Report;
using Klp.Boot.Script;
using Klp.Boot.Tests.Kernels;
using Klp.Kbuild.Processes;

namespace Klp.Boot.Tests.Machine;

[Collection(Guests.Collection)]
public class GuestBootTests
{
    [Fact]
    public async Task The_kernel_of_the_tree_boots()
    {
        BootResult result = await BootAsync(GuestStep.Read("/proc/version"), GuestStep.List("/klp"));

        Assert.True(result.Succeeded, result.Describe());
        Assert.StartsWith($"Linux version {DemoKernel.Kernel.Release} ", result.Report.Steps[0].Text, StringComparison.Ordinal);
        Assert.Equal("steps\n", result.Report.Steps[1].Text);
        Assert.Contains(result.Report.BootLog, record => record.Text.StartsWith("Linux version", StringComparison.Ordinal));
        Assert.True(result.Report.LogComplete);
        Assert.Equal(0, result.Report.DamagedLines);
        Assert.DoesNotContain(result.Report.Log, record => record.IsComplaint);
        Assert.Empty(Processes.OwnQemus());
    }

    [Fact]
    public async Task A_file_of_megabytes_arrives_whole()
    {
        BootResult result = await BootAsync(GuestStep.Read("/proc/kallsyms"));

        Assert.True(result.Succeeded, result.Describe());
        StepResult read = result.Report.Steps[0];
        Assert.True(read.OutputComplete);
        string[] lines = read.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length > 10_000);
        Assert.All(lines, line => Assert.Matches("^[0-9a-f]{16} [a-zA-Z] [^ ]+$", line));
        Assert.Contains(lines, line => line.EndsWith(" meminfo_proc_show", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Any_byte_goes_there_and_back()
    {
        byte[] bytes = [.. Enumerable.Range(0, 70_000).Select(i => (byte)(i ^ (i >> 8)))];
        const string Text = "two words, a \\, a \n, an é and a tab\t.";
        GuestScript script = new GuestScript();
        script.AddFile("/bytes", bytes);
        script.Add(GuestStep.Read("/bytes"));
        script.Add(GuestStep.MakeDirectory("/tmp/new"));
        script.Add(GuestStep.Write("/tmp/new/text", Text));
        script.Add(GuestStep.Read("/tmp/new/text"));
        script.Add(GuestStep.List("/tmp"));

        BootResult result = await BootAsync(script);

        Assert.True(result.Succeeded, result.Describe());
        Assert.Equal(bytes, result.Report.Steps[0].Output.ToArray());
        Assert.Equal(Text, result.Report.Steps[3].Text);
        Assert.Equal("new/\n", result.Report.Steps[4].Text);
    }

    [Fact]
    public async Task Modules_are_loaded_and_unloaded()
    {
        GuestScript script = new GuestScript();
        ModuleLoader loader = new ModuleLoader(DemoKernel.Kernel, script, []);
        loader.Load(new ModuleToLoad("zram", "num_devices=3"));
        int modules = script.Add(GuestStep.Read("/proc/modules"));
        int devices = script.Add(GuestStep.List("/sys/block"));
        script.Add(GuestStep.Unload("zram"));
        int modulesAfter = script.Add(GuestStep.Read("/proc/modules"));

        BootResult result = await BootAsync(script);

        Assert.True(result.Succeeded, result.Describe());
        IReadOnlyList<StepResult> steps = result.Report.Steps;
        Assert.Equal(["zram", "zsmalloc"], ModuleNames(steps[modules]).Where(name => name.StartsWith('z')));
        Assert.Contains("zram2\n", steps[devices].Text, StringComparison.Ordinal);
        StepResult load = steps.Single(step => step.Step.Arguments[0].EndsWith("/zram.ko", StringComparison.Ordinal));
        Assert.Contains(load.Log, record => record.Text == "zram: Added device: zram2" && record.Level == 6);
        Assert.DoesNotContain(steps[modules].Log, record => record.Text.Contains("zram", StringComparison.Ordinal));
        Assert.DoesNotContain("zram", ModuleNames(steps[modulesAfter]));
    }

    [Theory]
    [InlineData("xz", ".xz")]
    [InlineData("gzip", ".gz")]
    public async Task A_compressed_module_is_loaded(string program, string extension)
    {
        using TestFolder folder = new TestFolder();
        string module = folder.Combine("zsmalloc.ko");
        File.Copy(DemoKernel.Module("zsmalloc"), module);
        (int exitCode, string output) = await HostProgram.RunAsync(program, [module], "", CancellationToken.None);
        Assert.True(exitCode == 0, output);
        GuestScript script = new GuestScript();
        ModuleLoader loader = new ModuleLoader(DemoKernel.Kernel, script, [module + extension]);
        loader.Load("zram");

        BootResult result = await BootAsync(script);

        Assert.True(result.Succeeded, result.Describe());
        Assert.Contains(result.Report.Steps, step => step.Step.Arguments[0] == "/klp/modules/zsmalloc.ko");
    }

    [Fact]
    public async Task What_the_kernel_refuses_is_reported_with_its_reason()
    {
        GuestScript script = new GuestScript();
        script.AddFile("/klp/modules/not-one.ko", Encoding.ASCII.GetBytes("not a module"));
        script.LoadModule(DemoKernel.Module("zram"));
        script.Add(GuestStep.Load("/klp/modules/not-one.ko"));
        script.Add(GuestStep.Load("/klp/modules/nowhere.ko"));
        script.Add(GuestStep.Unload("zram"));
        script.Add(GuestStep.Read("/nowhere"));
        script.Add(GuestStep.Write("/sys/nowhere", "1"));
        script.Add(GuestStep.Run("/nowhere"));
        script.Add(GuestStep.MakeDirectory("/proc"));

        BootResult result = await BootAsync(script);

        Assert.Equal(BootOutcome.Completed, result.Outcome);
        Assert.False(result.Succeeded);
        Assert.All(result.Report.Steps, step => Assert.Equal(StepStatus.Refused, step.Status));
        Assert.Equal(
        [
            (2, "No such file or directory"), (8, "Exec format error"), (2, "No such file or directory"),
            (2, "No such file or directory"), (2, "No such file or directory"), (2, "No such file or directory"),
            (2, "No such file or directory"), (17, "File exists"),
        ], result.Report.Steps.Select(step => (step.Errno, step.ErrorText)));
        Assert.Contains(result.Report.Steps[0].Log, record => record.Text.StartsWith("zram: Unknown symbol ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_module_in_use_stays()
    {
        GuestScript script = new GuestScript();
        script.LoadModule(DemoKernel.Module("dm_mod"));
        script.LoadModule(DemoKernel.Module("dm-zero"));
        script.Add(GuestStep.Unload("dm_mod"));

        BootResult result = await BootAsync(script);

        Assert.Equal(11, result.Report.Steps[2].Errno);
        Assert.Equal("unload dm_mod: Resource temporarily unavailable (errno 11)", result.Report.Steps[2].ToString());
    }

    [Fact]
    public async Task Waiting_ends_when_it_comes_true_or_at_its_limit()
    {
        GuestScript script = new GuestScript();
        script.Add(GuestStep.Write("/tmp/state", "1\n"));
        script.Add(GuestStep.WaitForContent("/tmp/state", "1", TimeSpan.FromSeconds(20)));
        script.Add(GuestStep.WaitForContent("/tmp/state", "0", TimeSpan.FromMilliseconds(50)));
        script.Add(GuestStep.WaitForContent("/tmp/nowhere", "0", TimeSpan.FromSeconds(20)));
        script.Add(GuestStep.WaitUntilGone("/tmp/nowhere", TimeSpan.FromSeconds(20)));
        script.Add(GuestStep.WaitUntilGone("/tmp/state", TimeSpan.FromMilliseconds(50)));
        script.Add(GuestStep.Read("/proc/version"));

        BootResult result = await BootAsync(script);

        Assert.Equal(BootOutcome.Completed, result.Outcome);
        Assert.Equal(
            [StepStatus.Succeeded, StepStatus.Succeeded, StepStatus.TimedOut, StepStatus.Refused, StepStatus.Succeeded, StepStatus.TimedOut, StepStatus.Succeeded],
            result.Report.Steps.Select(step => step.Status));
        Assert.Equal("1", result.Report.Steps[2].Text);
    }

    [Fact]
    public async Task Programs_run_and_how_they_end_is_reported()
    {
        const string Source = """
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <unistd.h>

            int main(int argc, char **argv)
            {
            	if (argc == 1)
            		abort();
            	if (!strcmp(argv[1], "hang")) {
            		printf("hanging\n");
            		fflush(stdout);
            		for (;;)
            			;
            	}
            	if (!strcmp(argv[1], "daemon") && !fork())
            		for (;;)
            			pause();
            	printf("out %s\n", argv[argc - 1]);
            	fflush(stdout);
            	fprintf(stderr, "err\n");
            	return atoi(argv[1]);
            }
            """;
        string file = await new TargetCompiler(DemoKernel.Kernel).CompileAsync("sample", Source);
        GuestScript script = new GuestScript();
        string program = script.AddProgram(file);
        script.Add(GuestStep.Run(program, "0", "a b"));
        script.Add(GuestStep.Run(program, "3"));
        script.Add(GuestStep.Run(program));
        script.Add(GuestStep.Run(program, "hang") with { Limit = TimeSpan.FromMilliseconds(200) });
        script.Add(GuestStep.Run(program, "daemon"));
        script.Add(GuestStep.Read("/proc/version"));

        BootResult result = await BootAsync(script);

        Assert.Equal(BootOutcome.Completed, result.Outcome);
        IReadOnlyList<StepResult> steps = result.Report.Steps;
        Assert.Equal((StepStatus.Succeeded, 0, "out a b\nerr\n"), (steps[0].Status, steps[0].ExitCode, steps[0].Text));
        Assert.Equal((StepStatus.ExitedWithError, 3, "out 3\nerr\n"), (steps[1].Status, steps[1].ExitCode, steps[1].Text));
        Assert.Equal((StepStatus.Signalled, 6, "Aborted"), (steps[2].Status, steps[2].Signal, steps[2].ErrorText));
        Assert.Equal((StepStatus.TimedOut, "hanging\n"), (steps[3].Status, steps[3].Text));
        Assert.Equal("sample", Assert.Single(steps[3].StalledTasks).Name[..6]);
        Assert.Equal((StepStatus.Succeeded, "out daemon\nerr\n"), (steps[4].Status, steps[4].Text));
        Assert.True(steps[5].Succeeded);
    }

    [Fact]
    public async Task After_an_oops_the_guest_goes_on()
    {
        using TestFolder folder = new TestFolder();
        await KbuildModule.BuildAsync(folder,
            ("oops", "static int __init start(void) { return *(volatile int *)8; }\nmodule_init(start);"),
            ("warn", "static int __init start(void) { WARN(1, \"so it goes\\n\"); return 0; }\nmodule_init(start);"));
        GuestScript script = new GuestScript();
        script.LoadModule(folder.Combine("warn.ko"));
        script.LoadModule(folder.Combine("oops.ko"));
        script.Add(GuestStep.Read("/proc/version"));

        BootResult result = await BootAsync(script);

        Assert.Equal(BootOutcome.Completed, result.Outcome);
        IReadOnlyList<StepResult> steps = result.Report.Steps;
        Assert.True(steps[0].Succeeded);
        Assert.Contains(steps[0].Log, record => record.IsComplaint && record.Text.StartsWith("WARNING:", StringComparison.Ordinal));
        Assert.Equal(StepStatus.Killed, steps[1].Status);
        Assert.Contains(steps[1].Log, record => record.IsComplaint && record.Text.StartsWith("Internal error: Oops", StringComparison.Ordinal));
        Assert.True(steps[2].Succeeded);
        Assert.DoesNotContain(steps[2].Log, record => record.IsComplaint);
    }

    [Fact]
    public async Task A_step_that_the_kernel_does_not_come_back_from_is_given_up()
    {
        using TestFolder folder = new TestFolder();
        await KbuildModule.BuildAsync(folder,
            ("sleeps", "#include <linux/delay.h>\nstatic int __init start(void) { msleep(3600 * 1000); return 0; }\nmodule_init(start);"));
        GuestScript script = new GuestScript();
        script.Add(GuestStep.Load(script.AddModule(folder.Combine("sleeps.ko"))) with { Limit = TimeSpan.FromMilliseconds(200) });
        script.Add(GuestStep.Read("/proc/version"));

        BootResult result = await BootAsync(script);

        Assert.Equal(BootOutcome.Completed, result.Outcome);
        Assert.Equal([StepStatus.TimedOut, StepStatus.Succeeded], result.Report.Steps.Select(step => step.Status));
        Assert.Contains("msleep", Assert.Single(result.Report.Steps[0].StalledTasks).Stack, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flood_of_the_kernels_log_is_cut_off_and_said_to_be_incomplete()
    {
        using TestFolder folder = new TestFolder();
        await KbuildModule.BuildAsync(folder,
            ("chatter", "static int __init start(void) { for (int i = 0; i < 30000; i++) pr_info(\"line %d\\n\", i); return 0; }\nmodule_init(start);"));
        GuestScript script = new GuestScript();
        script.LoadModule(folder.Combine("chatter.ko"));

        BootResult result = await BootAsync(script);

        Assert.True(result.Succeeded, result.Describe());
        Assert.False(result.Report.LogComplete);
        Assert.Contains(result.Report.Steps[0].Log, record => record.Text == "line 0");
    }

    [Fact]
    public async Task A_panic_is_reported_with_the_end_of_the_console()
    {
        BootResult result = await BootAsync(GuestStep.Read("/proc/version"), GuestStep.Exit(), GuestStep.Read("/proc/version"));

        Assert.Equal(BootOutcome.Panicked, result.Outcome);
        Assert.Contains("Attempted to kill init!", result.ConsoleTail(), StringComparison.Ordinal);
        Assert.Contains("Attempted to kill init!", result.Describe(), StringComparison.Ordinal);
        Assert.Equal([StepStatus.Succeeded, StepStatus.NotRun, StepStatus.NotRun], result.Report.Steps.Select(step => step.Status));
        Assert.Equal("exit", result.StoppedAt?.Step.Verb);
        Assert.Empty(Processes.OwnQemus());
    }

    [Fact]
    public async Task A_flood_of_the_console_is_cut_off()
    {
        GuestScript script = new GuestScript();
        script.Add(GuestStep.Read("/dev/zero") with { Limit = TimeSpan.FromHours(1) });

        BootResult result = await BootAsync(script, new BootOptions { ConsoleLimit = 100_000 });

        Assert.Equal(BootOutcome.Flooded, result.Outcome);
        Assert.Equal(StepStatus.Interrupted, result.Report.Steps[0].Status);
        Assert.Empty(Processes.OwnQemus());
    }

    [Fact]
    public async Task A_kernel_that_QEMU_cannot_load_is_QEMUs_failure()
    {
        using TestFolder folder = new TestFolder();
        string image = folder.Write("Image", "");
        KernelUnderTest kernel = KernelUnderTest.For(DemoKernel.Tree, image);

        BootResult result = await GuestBoot.RunAsync(kernel, new GuestScript(),
            new BootOptions { Memory = 1 << 30 });

        Assert.Equal(BootOutcome.QemuFailed, result.Outcome);
        Assert.NotEqual("", result.QemuError);
        Assert.Contains(result.QemuError.Trim(), result.Describe(), StringComparison.Ordinal);
    }

    private static IEnumerable<string> ModuleNames(StepResult read) =>
        read.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]);

    private static Task<BootResult> BootAsync(params GuestStep[] steps)
    {
        GuestScript script = new GuestScript();
        foreach (GuestStep step in steps)
            script.Add(step);
        return BootAsync(script);
    }

    private static Task<BootResult> BootAsync(GuestScript script, BootOptions? options = null) =>
        GuestBoot.RunAsync(DemoKernel.Kernel, script, options);
}
