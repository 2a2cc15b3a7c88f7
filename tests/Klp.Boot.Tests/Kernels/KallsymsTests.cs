using Klp.Boot.Livepatch;
using Klp.Boot.Machine;
using Klp.Boot.Script;
using Klp.Boot.Tests.Machine;

namespace Klp.Boot.Tests.Kernels;

/// <summary>The symbol database has the names of the guest's /proc/kallsyms, all of them, in its order.</summary>
[Collection(Guests.Collection)]
public class KallsymsTests(KallsymsTests.Guest guest) : IClassFixture<KallsymsTests.Guest>
{
    [Fact]
    public void Of_the_kernel_itself()
    {
        Assert.True(guest.Symbols["vmlinux"].Count > 10_000);
        Assert.Equal(guest.Symbols["vmlinux"].Select(symbol => symbol.Name), guest.Database["vmlinux"]);
        // A name of which there are two is in both, or this says nothing about positions.
        Assert.True(guest.Database["vmlinux"].Count(name => name == "reserved_mem_count") == 2);
    }

    [Fact]
    public void Of_every_module()
    {
        Assert.Equal(
            ["dm_mod", "dm_zero", "lzo_compress", "zram", "zsmalloc"],
            guest.Database.Keys.Where(name => name != "vmlinux").Order(StringComparer.Ordinal));
        foreach (string module in guest.Database.Keys.Where(name => name != "vmlinux"))
        {
            Assert.NotEmpty(guest.Database[module]);
            Assert.Equal(guest.Symbols[module].Select(symbol => symbol.Name), guest.Database[module]);
        }
    }

    /// <summary>The demo kernel with every module of its tree loaded.</summary>
    public sealed class Guest : IAsyncLifetime
    {
        internal IReadOnlyDictionary<string, IReadOnlyList<string>> Database { get; } = SymbolLists.OfDatabase(DemoKernel.Tree);

        internal IReadOnlyDictionary<string, IReadOnlyList<SymbolLists.GuestSymbol>> Symbols { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            GuestScript script = new GuestScript();
            ModuleLoader loader = new ModuleLoader(DemoKernel.Kernel, script, []);
            foreach (string module in DemoKernel.Tree.ModulePaths)
                loader.Load(module);
            int kallsyms = script.Add(GuestStep.Read("/proc/kallsyms"));

            BootResult result = await GuestBoot.RunAsync(DemoKernel.Kernel, script);

            Assert.True(result.Succeeded, result.Describe());
            Symbols = SymbolLists.OfGuest(result.Report.Steps[kallsyms]);
        }

        public Task DisposeAsync() => Task.CompletedTask;
    }
}
