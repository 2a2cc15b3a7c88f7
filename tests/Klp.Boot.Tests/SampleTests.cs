using Klp.Boot.Host;
using Klp.Boot.Livepatch;
using Klp.Boot.Machine;
using Klp.Boot.Report;
using Klp.Boot.Script;
using Klp.Boot.Testing;
using Klp.Boot.Tests.Kernels;
using Klp.Boot.Tests.Machine;

namespace Klp.Boot.Tests;

/// <summary>The samples do on a real kernel what they say.</summary>
[Collection(Guests.Collection)]
public class SampleTests(SampleTests.Modules modules) : IClassFixture<SampleTests.Modules>
{
    private const string InitState = "/sys/block/zram0/initstate";

    [Fact]
    public async Task Meminfo_shows_how_full_the_machine_is()
    {
        LivepatchTestResult result = await (LifePlan.Of(DemoKernel.Kernel, modules.Meminfo.Value) with { Show = ["/proc/meminfo"] }).RunAsync();

        result.AssertPassed();
        ShownFile meminfo = Assert.Single(result.Files);
        Assert.Matches(@"\nBuffers: +\d+ kB\n", meminfo.Before.Text);
        Assert.DoesNotContain("MemUsedPercent:", meminfo.Before.Text, StringComparison.Ordinal);
        Assert.Matches(@"\nMemUsedPercent: +\d{1,3} %\n", meminfo.Patched.Text);
        Assert.Matches(@"\nOvercommit: +guess\n", meminfo.Patched.Text);
        Assert.Matches(@"\nReservedRegions: +0\n", meminfo.Patched.Text);
        Assert.DoesNotContain("Buffers:", meminfo.Patched.Text, StringComparison.Ordinal);
        Assert.Equal(Line(meminfo.Before, "MemTotal"), Line(meminfo.Patched, "MemTotal"));
        Assert.Equal(Labels(meminfo.Before), Labels(meminfo.After));
    }

    /// <summary>The first reserved_mem_count counts what reserve_mem= reserves, the second what the device tree does.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 0)]
    public async Task The_position_of_a_repeated_name_decides_which_one_meminfo_shows(int position, int expected)
    {
        LivepatchTestPlan plan = LifePlan.Of(DemoKernel.Kernel, position == 1 ? modules.Meminfo.Value : modules.MeminfoOfSecond.Value);

        LivepatchTestResult result = await (plan with { Show = ["/proc/meminfo"], Guest = new BootOptions { KernelArguments = "reserve_mem=64K:4096:demo" } }).RunAsync();

        result.AssertPassed();
        Assert.Equal($"ReservedRegions:{expected,8}", Line(result.Files[0].Patched, "ReservedRegions"));
    }

    /// <summary>What it changes is one of its own checks.</summary>
    [Fact]
    public void The_patch_sample_lives_with_the_effect_of_its_patch()
    {
        SampleLife life = SampleLife.Test(DemoKernel.Kernel, "livepatch-patch");
        life.AssertBuilt();
        life.AssertLives();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_module_sample_patches_zram_whenever_it_is_loaded(bool before)
    {
        GuestScript script = new GuestScript();
        string zram = script.AddModule(DemoKernel.Module("zram"));
        ModuleLoader loader = new ModuleLoader(DemoKernel.Kernel, script, []);
        loader.LoadDependencies(ModuleFile.Read(DemoKernel.Module("zram")));
        if (before)
            script.Add(GuestStep.Load(zram));
        script.Enable(modules.Module.Value);
        if (!before)
            script.Add(GuestStep.Load(zram));
        int device = script.Add(GuestStep.Read("/sys/block/zram0/dev"));
        int uninitialised = script.Add(GuestStep.Read(InitState));
        script.Add(GuestStep.Write("/sys/block/zram0/disksize", "4M"));
        int initialised = script.Add(GuestStep.Read(InitState));
        script.Add(GuestStep.Write("/sys/block/zram0/reset", "1"));
        script.Add(GuestStep.Unload("zram"));
        script.Add(GuestStep.Load(zram));
        int reloaded = script.Add(GuestStep.Read(InitState));
        script.Disable(modules.Module.Value);
        int after = script.Add(GuestStep.Read(InitState));

        BootResult result = await GuestBoot.RunAsync(DemoKernel.Kernel, script);

        result.AssertClean();
        IReadOnlyList<StepResult> steps = result.Report.Steps;
        string major = steps[device].Text.Split(':')[0];
        Assert.Matches($@"^uninitialised, major {major}, compressors: .*lzo.*\n$", steps[uninitialised].Text);
        Assert.Matches($@"^initialised, major {major}, incompressible from [1-9]\d+ bytes, compressors: .*lzo.*\n$", steps[initialised].Text);
        Assert.Matches(@"^uninitialised, major \d+, compressors: .*lzo.*\n$", steps[reloaded].Text);
        Assert.Equal("0\n", steps[after].Text);
        // Once for each time that zram came while it was in force.
        string[] applied = [.. result.Report.Log.Select(record => record.Text).Where(text => text.StartsWith("livepatch: applying patch", StringComparison.Ordinal))];
        Assert.Equal(Enumerable.Repeat("livepatch: applying patch 'livepatch_module' to loading module 'zram'", before ? 1 : 2), applied);
    }

    private static string Line(StepResult meminfo, string label) =>
        meminfo.Text.Split('\n').Single(line => line.StartsWith(label + ":", StringComparison.Ordinal));

    private static IEnumerable<string> Labels(StepResult meminfo) => meminfo.Text.Split('\n').Select(line => line.Split(':')[0]);

    /// <summary>The samples' modules, each built when a test first asks for it.</summary>
    public sealed class Modules
    {
        internal Lazy<string> Meminfo { get; } = new(() => SdkProject.BuildSample("livepatch-meminfo"));

        internal Lazy<string> MeminfoOfSecond { get; } = new(() => SdkProject.BuildSample("livepatch-meminfo",
            "KLP_SYMPOS(reserved_mem_count, 1)", "KLP_SYMPOS(reserved_mem_count, 2)"));

        internal Lazy<string> Module { get; } = new(() => SdkProject.BuildSample("livepatch-module"));
    }
}
