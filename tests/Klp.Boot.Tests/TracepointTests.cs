using Klp.Boot.Host;
using Klp.Boot.Machine;
using Klp.Boot.Script;
using Klp.Boot.Tests.Kernels;
using Klp.Boot.Tests.Machine;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;

namespace Klp.Boot.Tests;

/// <summary>Tracepoints that nothing exports: those of vmlinux work in a livepatch, those of a patched module are refused.</summary>
[Collection(Guests.Collection)]
public sealed class TracepointTests : IDisposable
{
    private const string Event = "/sys/kernel/tracing/events/signal/signal_deliver/enable", File = "/proc/cmdline";

    private readonly TestFolder folder = new();

    public static TheoryData<string> Kernels => ["demo", "distribution"];

    [Theory]
    [MemberData(nameof(Kernels))]
    public async Task A_tracepoint_of_vmlinux_is_switched_on_and_off_in_a_livepatch(string kernelName)
    {
        KernelUnderTest kernel = kernelName == "demo" ? DemoKernel.Kernel : DistributionKernel.Kernel;
        string livepatch = await TestLivepatch.BuildAsync(folder, kernel, "klp_trace", TestLivepatch.Source("""
            #include <linux/sched/signal.h>
            #include <linux/seq_file.h>
            #include <trace/events/signal.h>

            static int show(struct seq_file *m, void *v)
            {
            	static struct k_sigaction action;

            	seq_puts(m, trace_signal_deliver_enabled() ? "on\n" : "off\n");
            	trace_signal_deliver(33, SEND_SIG_NOINFO, &action);
            	return 0;
            }
            """, (null, "cmdline_proc_show", "show")));
        GuestScript script = new();
        script.Enable(livepatch);
        int before = script.Add(GuestStep.Read(File));
        script.Add(GuestStep.Write(Event, "1"));
        int during = script.Add(GuestStep.Read(File));
        int trace = script.Add(GuestStep.Read("/sys/kernel/tracing/trace"));
        script.Add(GuestStep.Write(Event, "0"));
        int after = script.Add(GuestStep.Read(File));
        script.Disable(livepatch);

        BootResult result = await GuestBoot.RunAsync(kernel, script, new BootOptions { TimeLimit = TimeSpan.FromMinutes(3) });

        result.AssertClean();
        Assert.Equal(["off\n", "on\n", "off\n"], new[] { before, during, after }.Select(step => result.Report.Steps[step].Text));
        Assert.Contains("signal_deliver: sig=33 ", result.Report.Steps[trace].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_of_a_patched_modules_tracepoint_is_one_error_at_its_line()
    {
        // Of x86-64, where objtool makes entries of two tables of one call.
        string source = TestLivepatch.Source("""
            #include <linux/fs.h>
            #include <linux/tracepoint.h>

            #ifndef DECLARE_TRACE_EVENT
            #define DECLARE_TRACE_EVENT DECLARE_TRACE
            #endif
            DECLARE_TRACE_EVENT(ext4_sync_file_enter, TP_PROTO(struct file *file, int datasync), TP_ARGS(file, datasync));

            static int sync_file(struct file *file, loff_t start, loff_t end, int datasync)
            {
            	trace_ext4_sync_file_enter(file, datasync);
            	return 0;
            }
            """, ("ext4", "ext4_sync_file", "sync_file"));
        KernelUnderTest kernel = DistributionKernel.Kernel;
        await KbuildModule.CompileAsync(folder, kernel, ("klp_ext4", source));
        string file = folder.Combine("klp_ext4.ko");
        Assert.Equal([".static_call_sites", "__jump_table"], ElfObject.Open(file).Sections.Select(section => section.Name).Where(name => name is ".static_call_sites" or "__jump_table").Order(StringComparer.Ordinal));

        Diagnostic error = Assert.Single(TestLivepatch.Plan(kernel.Tree, file).Diagnostics, diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

        Assert.Equal("KLP3015", error.Code);
        Assert.StartsWith("sync_file() calls the tracepoint 'ext4_sync_file_enter' of the module ext4, with trace_ext4_sync_file_enter().", error.Message, StringComparison.Ordinal);
        Assert.Contains("Leave the call out", error.Message, StringComparison.Ordinal);
        Assert.Equal("klp_ext4.c", Path.GetFileName(error.Place!.File));
        Assert.Equal(1 + Array.FindIndex(source.Split('\n'), line => line.Contains("trace_ext4_sync_file_enter(file", StringComparison.Ordinal)), error.Place.Line);
    }

    public void Dispose() => folder.Dispose();
}
