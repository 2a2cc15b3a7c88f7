using Klp.Elf;
using Klp.Livepatch.Kernel;

namespace Klp.Boot.Tests;

/// <summary>The functions that can be patched, as predicted from vmlinux and the modules, are those that the guest's ftrace lists.</summary>
[Collection(Guests.Collection)]
public class TraceSitesTests(TraceSitesTests.Guest guest) : IClassFixture<TraceSitesTests.Guest>
{
    // Looking a name up is a pass over the symbol table of vmlinux.
    private const int EveryNth = 15;

    [Fact]
    public void Of_the_kernel_itself()
    {
        using ElfImage vmlinux = ElfImage.Open(DemoKernel.Tree.VmlinuxPath!);
        List<string> names = [.. Unique(guest.Symbols["vmlinux"]).Where((_, index) => index % EveryNth == 0)];
        string[] wrong = [.. Compare("vmlinux", names, name => SymbolCandidates.InVmlinux(vmlinux, name), out int traceable, out int others)];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
        Assert.True(traceable > 500 && others > 50, $"{traceable} traceable functions and {others} others say little.");
    }

    [Fact]
    public void Of_every_module()
    {
        foreach (string path in DemoKernel.Tree.ModulePaths)
        {
            using ElfImage module = ModuleImage.Open(path);
            string name = ModuleName.FromPath(path);
            string[] wrong = [.. Compare(name, Unique(guest.Symbols[name]), symbol => SymbolCandidates.InModule(module, symbol), out int traceable, out _)];
            Assert.True(wrong.Length == 0, string.Join('\n', wrong));
            Assert.True(traceable > 0, name);
        }
    }

    private List<string> Compare(string objectName, IEnumerable<string> names, Func<string, IReadOnlyList<SymbolCandidate>> find, out int traceable, out int others)
    {
        TraceSites sites = new(DemoKernel.Tree);
        List<string> wrong = [];
        (traceable, others) = (0, 0);
        foreach (string name in names)
        {
            if (find(name) is not [{ IsFunction: true } function] || sites.Has(objectName, function) is not { } predicted)
                continue;
            bool observed = guest.IsTraceable(objectName, name);
            traceable += observed ? 1 : 0;
            others += observed ? 0 : 1;
            if (predicted != observed)
                wrong.Add($"{objectName} {name}: predicted {predicted}, observed {observed}");
        }

        return wrong;
    }

    private static IEnumerable<string> Unique(IReadOnlyList<SymbolLists.GuestSymbol> symbols) =>
        symbols.GroupBy(symbol => symbol.Name).Where(group => group.Count() == 1).Select(group => group.Key);

    /// <summary>The demo kernel with every module of its tree loaded.</summary>
    public sealed class Guest : IAsyncLifetime
    {
        private HashSet<(string ObjectName, ulong Address)> traceable = [];

        internal IReadOnlyDictionary<string, IReadOnlyList<SymbolLists.GuestSymbol>> Symbols { get; private set; } = null!;

        // Functions of one address are listed under one of their names.
        internal bool IsTraceable(string objectName, string name) =>
            traceable.Contains((objectName, Symbols[objectName].First(symbol => symbol.Name == name).Address));

        public async Task InitializeAsync()
        {
            var script = new GuestScript();
            var loader = new ModuleLoader(DemoKernel.Kernel, script, []);
            foreach (string module in DemoKernel.Tree.ModulePaths)
                loader.Load(module);
            int kallsyms = script.Add(GuestStep.Read("/proc/kallsyms"));
            int filter = script.Add(GuestStep.Read("/sys/kernel/tracing/available_filter_functions"));

            BootResult result = await GuestBoot.RunAsync(DemoKernel.Kernel, script);

            Assert.True(result.Succeeded, result.Describe());
            Symbols = SymbolLists.OfGuest(result.Report.Steps[kallsyms]);
            // "name", or "name [module]".
            ILookup<(string ObjectName, string Name), ulong> addresses = Symbols.SelectMany(of => of.Value.Select(symbol => (Key: (of.Key, symbol.Name), symbol.Address))).ToLookup(symbol => symbol.Key, symbol => symbol.Address);
            traceable = [.. from line in result.Report.Steps[filter].Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                            let fields = line.Split(' ')
                            let objectName = fields.Length > 1 ? fields[1].Trim('[', ']') : "vmlinux"
                            from address in addresses[(objectName, fields[0])]
                            select (objectName, address)];
        }

        public Task DisposeAsync() => Task.CompletedTask;
    }
}
