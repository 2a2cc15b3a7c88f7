

namespace Klp.TestAdapter.Tests;

/// <summary>dotnet test on the samples.</summary>
public class SampleTests
{
    [Fact]
    public void The_sample_of_the_kernel_passes_and_its_cases_have_names()
    {
        using LivepatchProject sample = LivepatchProject.Sample("livepatch-meminfo");

        TestRunOutcome run = sample.Test();

        Assert.True(run.ExitCode == 0, run.Output);
        string[] expected =
        [
            "boots",
            "before: /proc/meminfo does not contain 'MemUsedPercent:'",
            "loads",
            "transition completes",
            "vmlinux:meminfo_proc_show is patched",
            "patched: /proc/meminfo matches '^MemUsedPercent: +[0-9]{1,3} %$'",
            "patched: meminfo-adds-up",
            "patched: meminfo-adds-up 1 MemTotal is as sysinfo says",
            "patched: meminfo-adds-up 2 what is used is what is not available",
            "patched: meminfo-adds-up 3 the percentage is right",
            "patched: meminfo-adds-up 4 the kernel keeps something for itself",
            "disables",
            "is unpatched",
            "unloads",
            "after: /proc/meminfo contains 'Buffers:'",
            "loads a second time",
            "patched again: /proc/meminfo matches '^MemUsedPercent: +[0-9]{1,3} %$'",
            "patched again: meminfo-adds-up",
            "patched again: meminfo-adds-up 1 MemTotal is as sysinfo says",
            "patched again: meminfo-adds-up 2 what is used is what is not available",
            "patched again: meminfo-adds-up 3 the percentage is right",
            "patched again: meminfo-adds-up 4 the kernel keeps something for itself",
            "unloads a second time",
            "kernel log is clean",
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), run.Names("Passed"));
        Assert.Equal(expected.Length, run.Cases.Count);
        Assert.Equal($"livepatch-meminfo.{sample.Release.Replace('.', '_')}.transition_completes", run["transition completes"].FullName);
        Assert.Equal($"livepatch-meminfo: loads ({sample.Release})", run["loads"].DisplayName);
        string log = run.ReadFile($"guest-{sample.Release}.log");
        Assert.Equal(2, log.Split("livepatch: enabling patch 'livepatch_meminfo'").Length - 1);
        Assert.Contains("MemUsedPercent:", log, StringComparison.Ordinal);
        Assert.Contains("@klp hello 0", run.ReadFile($"console-{sample.Release}.txt"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_sample_of_a_module_is_tested_in_both_orders_and_with_a_reload()
    {
        using LivepatchProject sample = LivepatchProject.Sample("livepatch-module");

        TestRunOutcome run = sample.Test();

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.All(run.Cases, item => Assert.Equal("Passed", item.Outcome));
        Assert.Superset(
            new HashSet<string> { "zram loads", "loads a second time, before zram", "patches zram as it is loaded", "lets zram unload", "patches zram as it is loaded again" },
            run.Names("Passed").ToHashSet());
        string log = run.ReadFile($"guest-{sample.Release}.log");
        // In the second life: as zram comes after the livepatch, and as it comes again.
        Assert.Equal(2, log.Split("livepatch: applying patch 'livepatch_module' to loading module 'zram'").Length - 1);
    }
}
