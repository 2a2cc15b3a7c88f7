using System.Diagnostics;

namespace Klp.TestAdapter.Tests;

/// <summary>When dotnet test ends, nothing of it is left.</summary>
public class SignalTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <param name="signal">The signal.</param>
    /// <param name="group">Whether all processes get it, as from the terminal's Ctrl-C; else dotnet test alone.</param>
    [Theory]
    [InlineData("INT", true)]
    [InlineData("TERM", true)]
    [InlineData("TERM", false)]
    [InlineData("KILL", false)]
    public async Task The_guest_ends_with_dotnet_test(string signal, bool group)
    {
        using TempFolder temporary = new();
        using LivepatchProject project = new(LivepatchProject.Show("local_irq_disable(); for (;;) cpu_relax();"), """<ItemGroup><KlpBootCheck Include="/proc/cmdline" Contains="patched" /></ItemGroup>""");
        project.Environment["TMPDIR"] = temporary.Path;
        using Process test = project.StartTest();
        Task<string> output = test.StandardOutput.ReadToEndAsync();
        try
        {
            await UntilAsync(() => Processes.QemusOf(temporary.Path).Count == 1, "QEMU started");

            Signals.Send(signal, group ? -test.Id : test.Id);

            await UntilAsync(() => Processes.QemusOf(temporary.Path).Count == 0 && Processes.OfSession(test.Id).Count == 0, "all processes ended");
            Assert.Empty(Directory.GetDirectories(temporary.Path, "klp-boot-*"));
        }
        finally
        {
            foreach (int process in Processes.OfSession(test.Id))
                Process.GetProcessById(process).Kill();
        }
    }

    private static async Task UntilAsync(Func<bool> condition, string what)
    {
        for (long start = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(50))
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"It did not come to this: {what}.");
    }
}
