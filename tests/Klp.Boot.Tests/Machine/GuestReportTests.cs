using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Klp.Boot.Report;
using Klp.Boot.Script;
using Klp.Boot.Tests.Kernels;

namespace Klp.Boot.Tests.Machine;

public partial class GuestReportTests
{
    private static readonly GuestStep[] OneStep = [GuestStep.Read("/proc/version")];

    [Fact]
    public void A_whole_report_is_read()
    {
        GuestReport report = Parse("boot\r\n\n" + Frame("hello 0 1") + Frame("log -1 6,1,500,-;Booting") + Frame("begin 0 ") +
            Frame("out 0 0 Linux\\n") + Frame("out 0 6 \\x5cx\\x00\\xc3\\xa9") +
            Frame("log 0 4,2,1500000,-;WARNING: at x\\x0ay") + Frame("end 0 ok 0 1234 11 ") + Frame("done 0 "));

        Assert.True(report.Started);
        Assert.True(report.Finished);
        StepResult step = Assert.Single(report.Steps);
        Assert.True(step.Succeeded);
        Assert.Equal("Linux\n\\x\0é", step.Text);
        Assert.True(step.OutputComplete);
        Assert.Equal(TimeSpan.FromMicroseconds(1234), step.Duration);
        Assert.Equal(new KernelLogRecord(4, 0, 2, TimeSpan.FromSeconds(1.5), "WARNING: at x\ny"), Assert.Single(step.Log));
        Assert.Equal("Booting", Assert.Single(report.BootLog).Text);
        Assert.Equal("boot\n", report.KernelConsole);
    }

    [Fact]
    public void A_kernel_message_inside_a_frame_is_taken_out_of_it()
    {
        string frame = Frame("out 0 0 The quick brown fox jumps over the lazy dog");
        for (int cut = 5; cut < frame.Length - 1; cut++)
        {
            GuestReport report = Parse(Frame("begin 0 ") + frame[..cut] +
                "[    1.000000] Oops: one\r\n[    1.000001] and two\r\n" + frame[cut..] + Frame("end 0 ok 0 1 43 "));

            Assert.Equal("The quick brown fox jumps over the lazy dog", report.Steps[0].Text);
            Assert.True(report.Steps[0].OutputComplete);
            Assert.Equal(0, report.DamagedLines);
            Assert.Contains("[    1.000000] Oops: one\n", report.KernelConsole, StringComparison.Ordinal);
            Assert.Contains("[    1.000001] and two\n", report.KernelConsole, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_damaged_frame_is_noticed()
    {
        GuestReport report = Parse(Frame("begin 0 ") + Frame("out 0 0 abc") +
            Frame("out 0 3 def").Replace("def", "dXf", StringComparison.Ordinal) + Frame("out 0 6 ghi") + Frame("end 0 ok 0 1 9 "));

        Assert.Equal(1, report.DamagedLines);
        Assert.False(report.Steps[0].OutputComplete);
    }

    [Fact]
    public void Output_that_is_sent_again_is_taken_once()
    {
        GuestReport report = Parse(Frame("begin 0 ") + Frame("out 0 0 abc") + "@klp out 0 3 d\n" +
            Frame("out 0 0 abc") + Frame("out 0 3 def") + Frame("end 0 killed 9 1 6 Killed"));

        Assert.Equal("abcdef", report.Steps[0].Text);
        Assert.True(report.Steps[0].OutputComplete);
        Assert.Equal(StepStatus.Killed, report.Steps[0].Status);
    }

    [Theory]
    [InlineData("", StepStatus.NotRun)]
    [InlineData("begin", StepStatus.Interrupted)]
    public void A_report_that_breaks_off_tells_how_far_it_came(string frames, StepStatus expected)
    {
        GuestReport report = Parse(frames.Length > 0 ? Frame(frames + " 0 ") : "");
        Assert.False(report.Finished);
        Assert.Equal(expected, report.Steps[0].Status);
    }

    [Theory]
    [InlineData("WARNING: CPU: 0 PID: 1 at kernel/x.c:1 f+0x0/0x1", true)]
    [InlineData("BUG: scheduling while atomic: init/1/0x2", true)]
    [InlineData("Unable to handle kernel NULL pointer dereference at virtual address 0", true)]
    [InlineData("Internal error: Oops: 0000000096000004 [#1]  SMP", true)]
    [InlineData("Call trace:", true)]
    [InlineData(" Call Trace:", true)]
    [InlineData("WARNING: possible circular locking dependency detected", true)]
    [InlineData("[ BUG: Invalid wait context ]", true)]
    [InlineData("BUG kmalloc-64 (Tainted: G           OE  K): Right Redzone overwritten", true)]
    [InlineData("rcu: INFO: rcu_sched self-detected stall on CPU", true)]
    [InlineData("livepatch: enabling patch 'x'", false)]
    [InlineData("x: Unknown symbol y (err -2)", false)]
    [InlineData("debug: a Call trace: is what one calls it", false)]
    public void The_kernels_complaints_are_known(string text, bool expected) =>
        Assert.Equal(expected, new KernelLogRecord(4, 0, 1, TimeSpan.Zero, text).IsComplaint);

    [Fact]
    public void Every_report_of_lockdep_is_a_complaint()
    {
        string source = File.ReadAllText(Path.Combine(DemoKernel.Tree.BuildDirectory, "source", "kernel", "locking", "lockdep.c"));
        string[] reports = [.. LockdepReport().Matches(source).Select(match => match.Groups["text"].Value.Replace("%s", "x", StringComparison.Ordinal))];

        Assert.True(reports.Length > 10);
        Assert.All(reports, report => Assert.True(new KernelLogRecord(4, 0, 1, TimeSpan.Zero, report).IsComplaint, report));
    }

    [GeneratedRegex(@"pr_(?:warn|err)\(""(?<text>(?:WARNING|\[ BUG|INFO):[^""]*)\\n""")]
    private static partial Regex LockdepReport();

    private static GuestReport Parse(string console) => GuestReport.Parse(Encoding.ASCII.GetBytes(console), OneStep);

    private static string Frame(string body)
    {
        string text = "@klp " + body;
        uint sum = 2166136261;
        foreach (char c in text)
            sum = (sum ^ c) * 16777619;
        return string.Create(CultureInfo.InvariantCulture, $"{text}*{sum:x8}\n");
    }
}
