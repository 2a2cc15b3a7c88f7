using Klp.Boot.Host;
using Klp.Boot.Livepatch;
using Klp.Boot.Machine;
using Klp.Boot.Report;
using Klp.Boot.Script;
using Klp.Boot.Tests.Kernels;
using Klp.Boot.Tests.Machine;

namespace Klp.Boot.Tests;

/// <summary>
/// A livepatch and the module that it patches in different parts of the module area: arm64 keeps modules within 128 MiB of the
/// kernel until that is full, and then takes the 2 GiB below (arch/arm64/mm/init.c, execmem_arch_setup).
/// </summary>
[Collection(Guests.Collection)]
public class DistantBranchTests(DistantBranchTests.Modules modules) : IClassFixture<DistantBranchTests.Modules>
{
    private const string Name = "klp_far";

    // Halves down to a page and its guard page: whatever is free, less than the last is left.
    private static readonly int[] FillerKilobytes = [.. Enumerable.Range(0, 14).Select(step => 65536 >> step)];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_branch_to_a_module_that_loads_later_and_far_away_ends_in_an_oops(bool far)
    {
        string livepatch = await modules.Livepatch.Value;
        string fillers = far ? await modules.Fillers.Value : "";

        GuestScript script = new GuestScript();
        ModuleLoader loader = new ModuleLoader(DemoKernel.Kernel, script, []);
        loader.LoadDependencies(ModuleFile.Read(DemoKernel.Module("zram")));
        script.Enable(livepatch);
        foreach (int size in far ? FillerKilobytes : [])
            script.Add(GuestStep.Load(script.AddModule(Path.Combine(fillers, $"filler_{size}.ko"))));
        int addresses = script.Add(GuestStep.Read("/proc/modules"));
        int zram = script.Add(GuestStep.Load(script.AddModule(DemoKernel.Module("zram"))));
        BootResult result = await GuestBoot.RunAsync(DemoKernel.Kernel, script, new BootOptions { Memory = 768 });

        StepResult loaded = result.Report.Steps[zram];
        string seen = string.Join('\n', [result.Describe(), .. result.Report.Steps, result.Report.Steps[addresses].Text, .. loaded.Log]);
        Assert.True(result.Report.Steps.Take(zram).All(step => step.Succeeded), seen);
        Assert.True(loaded.Status == (far ? StepStatus.Killed : StepStatus.Succeeded), seen);
        if (far)
            Assert.True(loaded.Log.Any(record => record.Text.Contains("pc : module_emit_plt_entry", StringComparison.Ordinal)), seen);
    }

    /// <summary>The modules, each kind built when a test first asks for it.</summary>
    public sealed class Modules : IDisposable
    {
        private readonly TestFolder folder = new(), fillers = new();

        public Modules()
        {
            Livepatch = new Lazy<Task<string>>(() => TestLivepatch.BuildAsync(folder, DemoKernel.Kernel, Name, TestLivepatch.Source("""
                extern int zcomp_available_show(const char *comp, char *buf, ssize_t at);
                static ssize_t show(void *dev, void *attr, char *buf) { return zcomp_available_show("none", buf, 0) + 1; }
                """, ("zram", "initstate_show", "show"))));
            Fillers = new Lazy<Task<string>>(async () =>
            {
                await KbuildModule.BuildAsync(fillers, [.. FillerKilobytes.Select(size => ($"filler_{size}", $"char filler[{size} * 1024 - 512] __used;"))]);
                return fillers.Path;
            });
        }

        /// <summary>The livepatch that branches into zram.</summary>
        internal Lazy<Task<string>> Livepatch { get; }

        /// <summary>The folder of what fills the module area.</summary>
        internal Lazy<Task<string>> Fillers { get; }

        public void Dispose()
        {
            folder.Dispose();
            fillers.Dispose();
        }
    }
}
