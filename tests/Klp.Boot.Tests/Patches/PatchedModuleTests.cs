using Klp.Boot.Livepatch;
using Klp.Boot.Machine;
using Klp.Boot.Script;
using Klp.Boot.Testing;
using Klp.Boot.Tests.Kernels;
using Klp.Boot.Tests.Machine;

namespace Klp.Boot.Tests.Patches;

/// <summary>A patch of a module becomes a livepatch of it, whenever the module comes.</summary>
[Collection(Guests.Collection)]
public sealed class PatchedModuleTests(PatchedModuleTests.Livepatch built) : IClassFixture<PatchedModuleTests.Livepatch>
{
    private const string Module = "klp_zram", Statistics = "/sys/block/zram0/mm_stat";

    /// <summary>Its functions use what zram and zsmalloc, another module, have, exported or not, and a new variable.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_livepatch_is_in_force_whether_the_module_comes_before_it_or_after_it(bool before)
    {
        string livepatch = await built.Path;
        GuestScript script = new();
        string zram = script.AddModule(DemoKernel.Module("zram"));
        new ModuleLoader(DemoKernel.Kernel, script, []).LoadDependencies(ModuleFile.Read(DemoKernel.Module("zram")));
        if (before)
            script.Add(GuestStep.Load(zram));
        script.Enable(livepatch);
        if (!before)
            script.Add(GuestStep.Load(zram));
        script.Add(GuestStep.Write("/sys/block/zram0/disksize", "4M"));
        int first = script.Add(GuestStep.Read(Statistics)), second = script.Add(GuestStep.Read(Statistics));
        script.Add(GuestStep.Write("/sys/block/zram0/reset", "1"));
        script.Add(GuestStep.Unload("zram"));
        script.Add(GuestStep.Load(zram));
        int reloaded = script.Add(GuestStep.Read(Statistics));
        script.Disable(livepatch);
        int after = script.Add(GuestStep.Read(Statistics));

        BootResult result = await GuestBoot.RunAsync(DemoKernel.Kernel, script);

        result.AssertClean();
        Assert.Matches(@"^klp 1 lzo[-\w]* of \d+: ( *\d+){9}\n$", result.Report.Steps[first].Text);
        Assert.Matches(@"^klp 2 ", result.Report.Steps[second].Text);
        Assert.Matches(@"^klp 3 ", result.Report.Steps[reloaded].Text);
        Assert.Matches(@"^( *\d+){9}\n$", result.Report.Steps[after].Text);
    }

    /// <summary>The life that dotnet test and klp boot go through: the module before the livepatch, after it, gone and back.</summary>
    [Fact]
    public async Task It_goes_through_the_whole_life_of_a_livepatch()
    {
        LivepatchTestResult result = await LifePlan.Of(DemoKernel.Kernel, await built.Path).RunAsync();

        result.AssertPassed();
    }

    /// <summary>The livepatch, built when a test first asks for it.</summary>
    public sealed class Livepatch : IDisposable
    {
        private readonly TestFolder folder = new();
        private readonly Lazy<Task<string>> built;

        public Livepatch() => built = new Lazy<Task<string>>(BuildAsync);

        internal Task<string> Path => built.Value;

        public void Dispose() => folder.Dispose();

        private async Task<string> BuildAsync()
        {
            const string Source = "drivers/block/zram/zram_drv.c";
            PatchCase patch = PatchCase.InFile(Module, Statistics, "klp",
                SourceEdit.Before(Source, "static ssize_t mm_stat_show(", "static unsigned int klp_shown;\n\n"),
                new SourceEdit(Source, "\"%8llu ", "\"klp %u %s of %llu: %8llu ", "static ssize_t mm_stat_show("),
                SourceEdit.Before(Source, "\t\t\torig_size << PAGE_SHIFT,\n",
                    "\t\t\t++klp_shown, default_compressor, (u64)zram->disksize,\n", "static ssize_t mm_stat_show("));
            PatchOutcome outcome = (await new PatchedModules(DemoKernel.Kernel, folder).BuildAsync([patch]))[Module];
            Assert.True(outcome.Module is not null, outcome.ToString());
            return outcome.Module;
        }
    }
}
