using System.Diagnostics;
using Klp.Boot.Host;
using Klp.Boot.Machine;
using Klp.Boot.Report;
using Klp.Boot.Script;
using Klp.Boot.Tests.Kernels;

namespace Klp.Boot.Tests.Machine;

[Collection(Guests.Collection)]
public class NoProcessIsLeftTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_guest_that_hangs_is_stopped_at_the_time_limit()
    {
        string program = await new TargetCompiler(DemoKernel.Kernel).CompileAsync("loop", "int main(void) { for (;;); }");
        GuestScript script = new GuestScript();
        script.Add(GuestStep.Read("/proc/version"));
        script.Add(GuestStep.Run(script.AddProgram(program)) with { Limit = TimeSpan.FromHours(1) });

        BootResult result = await GuestBoot.RunAsync(DemoKernel.Kernel, script, new BootOptions { TimeLimit = TimeSpan.FromSeconds(8) });

        Assert.Equal(BootOutcome.TimedOut, result.Outcome);
        Assert.Equal([StepStatus.Succeeded, StepStatus.Interrupted], result.Report.Steps.Select(step => step.Status));
        Assert.Contains("It stopped at: run /klp/bin/loop", result.Describe(), StringComparison.Ordinal);
        Assert.Empty(Processes.OwnQemus());
    }

    [Fact]
    public async Task A_guest_whose_kernel_hangs_is_stopped_at_the_time_limit()
    {
        using TestFolder folder = new TestFolder();
        await KbuildModule.BuildAsync(folder,
            ("hang", "static int __init start(void) { local_irq_disable(); for (;;) cpu_relax(); return 0; }\nmodule_init(start);"));
        GuestScript script = new GuestScript();
        script.LoadModule(folder.Combine("hang.ko"));

        BootResult result = await GuestBoot.RunAsync(DemoKernel.Kernel, script, new BootOptions { TimeLimit = TimeSpan.FromSeconds(8) });

        Assert.Equal(BootOutcome.TimedOut, result.Outcome);
        Assert.Equal(StepStatus.Interrupted, result.Report.Steps[0].Status);
        Assert.Empty(Processes.OwnQemus());
    }

    [Fact]
    public async Task A_cancelled_guest_ends()
    {
        using CancellationTokenSource cancellation = new CancellationTokenSource();
        GuestScript script = new GuestScript();
        script.Add(GuestStep.Sleep(TimeSpan.FromHours(1)));
        Task<BootResult> boot = GuestBoot.RunAsync(DemoKernel.Kernel, script, null, cancellation.Token);
        await UntilAsync(() => Processes.Guests(Environment.ProcessId).Count == 1, "the guest started");

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => boot);
        Assert.Empty(Processes.OwnQemus());
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    [InlineData("KILL")]
    public async Task A_guest_ends_with_the_process_that_booted_it(string signal)
    {
        using TestFolder temporary = new TestFolder();
        string[] command = Signals.Heeding(Environment.ProcessPath!, "exec", typeof(Program).Assembly.Location);
        ProcessStartInfo start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TMPDIR"] = temporary.Path;
        using Process process = Process.Start(start)!;
        try
        {
            int qemu = 0;
            await UntilAsync(() => (qemu = Processes.Guests(process.Id).SingleOrDefault()) != 0, "the guest started");

            Signals.Send(signal, process.Id);

            await process.WaitForExitAsync();
            await UntilAsync(() => !Processes.Lives(qemu), "QEMU ended");
            if (signal != "KILL")
                Assert.Empty(Directory.GetDirectories(temporary.Path, "klp-boot-*"));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private static async Task UntilAsync(Func<bool> condition, string what)
    {
        for (long start = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(20))
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"It did not come to this: {what}.");
    }
}
