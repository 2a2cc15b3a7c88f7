using System.Diagnostics;
using System.Globalization;

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
            await UntilAsync(() => Qemus(temporary.Path).Length == 1, "QEMU started");

            Signals.Send(signal, group ? -test.Id : test.Id);

            await UntilAsync(() => Qemus(temporary.Path).Length == 0 && Session(test.Id).Length == 0, "all processes ended");
            Assert.Empty(Directory.GetDirectories(temporary.Path, "klp-boot-*"));
        }
        finally
        {
            foreach (int process in Session(test.Id))
                Process.GetProcessById(process).Kill();
        }
    }

    /// <summary>The QEMUs whose files are in a folder.</summary>
    private static int[] Qemus(string folder) => [.. Processes().Where(pid => Read(pid, "cmdline") is { } line && line.Contains("qemu-system", StringComparison.Ordinal) && line.Contains(folder, StringComparison.Ordinal))];

    /// <summary>The processes of a session that are no zombies.</summary>
    private static int[] Session(int session) => [.. Processes().Where(pid => Read(pid, "stat") is { } stat && stat[(stat.LastIndexOf(')') + 2)..].Split(' ') is [not "Z", _, _, var own, ..] && own == session.ToString(CultureInfo.InvariantCulture))];

    private static IEnumerable<int> Processes() => Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), out int pid) ? pid : 0).Where(pid => pid != 0);

    private static string? Read(int pid, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/{file}");
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static async Task UntilAsync(Func<bool> condition, string what)
    {
        for (long start = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(50))
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"It did not come to this: {what}.");
    }
}
