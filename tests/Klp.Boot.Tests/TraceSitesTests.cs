using Klp.Boot.Host;
using Klp.Boot.Tests.Kernels;
using Klp.Boot.Tests.Machine;
using Klp.Elf.Image;
using Klp.Kernel.Facts;
using Klp.Kernel.Modules;
using Klp.Kernel.SymbolTables;
using Klp.Kernel.Tracing;
using Klp.Kernel.Trees;

namespace Klp.Boot.Tests;

/// <summary>The functions that can be patched, as predicted from vmlinux and the modules, are those that the guest's ftrace lists.</summary>
[Collection(Guests.Collection)]
public class TraceSitesTests(TraceSitesTests.Guest guest) : IClassFixture<TraceSitesTests.Guest>
{
    [Fact]
    public void Of_the_kernel_itself()
    {
        List<string> wrong = CompareVmlinux(guest.Kernel, DemoKernel.Tree);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    // With CALL_OPS the entry is before the function; in a relocatable image it is a relocation's addend.
    [Fact]
    public Task Of_a_relocatable_kernel_with_CALL_OPS_and_of_its_modules() => CompareRelocatable(HardenedKernel.Kernel);

    // The entry is after the branch target; where relocations are packed, it is in place.
    [Fact]
    public Task Of_a_relocatable_kernel_with_BTI_and_packed_relocations_and_of_its_modules() => CompareRelocatable(LlvmKernel.Kernel);

    [Fact]
    public void Of_every_module()
    {
        foreach (string path in DemoKernel.Tree.ModulePaths)
        {
            using ElfImage module = ModuleImage.Open(path);
            string name = ModuleName.FromPath(path);
            string[] wrong = [.. Compare(guest.Kernel, DemoKernel.Tree, name, Unique(guest.Kernel.Symbols[name]), symbol => SymbolCandidates.InModule(module, symbol), out int traceable, out _)];
            Assert.True(wrong.Length == 0, string.Join('\n', wrong));
            Assert.True(traceable > 0, name);
        }
    }

    private static async Task CompareRelocatable(KernelUnderTest kernel)
    {
        KernelTree tree = kernel.Tree;
        TracedGuest guest = await TracedGuest.BootAsync(kernel, tree.ModulePaths);
        List<string> wrong = CompareVmlinux(guest, tree);
        foreach (string path in tree.ModulePaths)
        {
            using ElfImage module = ModuleImage.Open(path);
            string name = ModuleName.FromPath(path);
            wrong.AddRange(Compare(guest, tree, name, Unique(guest.Symbols[name]), symbol => SymbolCandidates.InModule(module, symbol), out int ofModule, out _));
            Assert.True(ofModule > 0, name);
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static List<string> CompareVmlinux(TracedGuest guest, KernelTree tree)
    {
        List<string> wrong = Compare(guest, tree, "vmlinux", Unique(guest.Symbols["vmlinux"]), tree.FindInVmlinux, out int traceable, out int others);
        Assert.True(traceable > 7500 && others > 750, $"{traceable} traceable functions and {others} others say little.");
        return wrong;
    }

    /// <summary>What is predicted of functions of a name of their own and is not as observed.</summary>
    internal static List<string> Compare(TracedGuest guest, KernelTree tree, string objectName, IEnumerable<string> names, Func<string, IReadOnlyList<SymbolCandidate>> find, out int traceable, out int others)
    {
        TraceSites sites = new(tree);
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

    internal static IEnumerable<string> Unique(IReadOnlyList<SymbolLists.GuestSymbol> symbols) =>
        symbols.GroupBy(symbol => symbol.Name).Where(group => group.Count() == 1).Select(group => group.Key);

    /// <summary>The demo kernel with every module of its tree loaded.</summary>
    public sealed class Guest : IAsyncLifetime
    {
        internal TracedGuest Kernel { get; private set; } = null!;

        public async Task InitializeAsync() => Kernel = await TracedGuest.BootAsync(DemoKernel.Kernel, DemoKernel.Tree.ModulePaths);

        public Task DisposeAsync() => Task.CompletedTask;
    }
}
