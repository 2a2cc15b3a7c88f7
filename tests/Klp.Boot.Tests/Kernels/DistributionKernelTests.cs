using Klp.Boot.Host;
using Klp.Boot.Livepatch;
using Klp.Boot.Machine;
using Klp.Boot.Script;
using Klp.Boot.Testing;
using Klp.Boot.Tests.Machine;
using Klp.Boot.Tests.RoundTrips;

namespace Klp.Boot.Tests.Kernels;

/// <summary>
/// A kernel that nobody built here: the distribution's x86-64 image, headers and modules. It has no vmlinux, and symbol
/// versions (CONFIG_MODVERSIONS).
/// </summary>
[Collection(Guests.Collection)]
public class DistributionKernelTests
{
    private static KernelUnderTest Kernel => DistributionKernel.Kernel;

    [Fact]
    public async Task It_boots_and_loads_its_modules()
    {
        GuestScript script = new GuestScript();
        int version = script.Add(GuestStep.Read("/proc/version"));
        ModuleLoader loader = new ModuleLoader(Kernel, script, []);
        loader.Load(new ModuleToLoad("zram", "num_devices=2"));
        int devices = script.Add(GuestStep.List("/sys/block"));

        BootResult result = await GuestBoot.RunAsync(Kernel, script);

        result.AssertClean();
        Assert.StartsWith($"Linux version {Kernel.Release} ", result.Report.Steps[version].Text, StringComparison.Ordinal);
        Assert.Contains("zram1\n", result.Report.Steps[devices].Text, StringComparison.Ordinal);
        Assert.Equal(0, result.Report.DamagedLines);
    }

    [Fact]
    public async Task A_livepatch_that_dotnet_builds_with_its_headers_lives_and_goes_again()
    {
        string livepatch = SdkProject.Build(Kernel, "klp_meminfo", TestLivepatch.Source("""
            #include <linux/mm.h>
            #include <linux/seq_file.h>

            extern unsigned long totalreserve_pages;
            extern void si_swapinfo(struct sysinfo *info);

            static int show(struct seq_file *m, void *v)
            {
            	struct sysinfo info = { .totalswap = 1 };

            	si_swapinfo(&info);
            	seq_printf(m, "KernelReserve: %lu pages, swap %lu\n", totalreserve_pages, info.totalswap);
            	return 0;
            }
            """, (null, "meminfo_proc_show", "show")));

        LivepatchTestResult result = await (LifePlan.Of(Kernel, livepatch) with { Show = ["/proc/meminfo"] }).RunAsync();

        result.AssertPassed();
        ShownFile meminfo = Assert.Single(result.Files);
        Assert.StartsWith("MemTotal:", meminfo.Before.Text, StringComparison.Ordinal);
        Assert.Matches(@"^KernelReserve: [1-9]\d* pages, swap 0\n$", meminfo.Patched.Text);
        Assert.StartsWith("MemTotal:", meminfo.After.Text, StringComparison.Ordinal);
    }

    /// <summary>Before 6.3 x86 refuses that: "existing value is nonzero". The life of the livepatch does not ask for it there.</summary>
    [Fact]
    public async Task A_patched_module_is_loaded_again_where_the_kernel_can_do_that()
    {
        string livepatch = SdkProject.Build(Kernel, "klp_trip", RoundTrip.Source);
        GuestScript script = new GuestScript();
        string zram = script.AddModule(Kernel.FindModule("zram")!);
        new ModuleLoader(Kernel, script, []).LoadDependencies(ModuleFile.Read(Kernel.FindModule("zram")!));
        script.Enable(livepatch);
        script.Add(GuestStep.Load(zram));
        script.Add(GuestStep.Unload("zram"));
        int again = script.Add(GuestStep.Load(zram));

        BootResult boot = await GuestBoot.RunAsync(Kernel, script);
        LivepatchTestResult life = await LifePlan.Of(Kernel, livepatch).RunAsync();

        life.AssertPassed();
        Assert.Contains(life.Cases, item => item.Case.Name == "lets zram unload");
        Assert.Equal(boot.Report.Steps[again].Succeeded, life.Cases.Any(item => item.Case.Name == "patches zram as it is loaded again"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task References_are_resolved_to_the_symbols_they_name(bool zramFirst) =>
        new AddressProbe(Kernel, vmlinuxNames: 40).CompareAsync(zramFirst);
}
