using System.Globalization;
using Klp.Boot.Host;
using Klp.Elf.Image;
using Klp.Kernel.Facts;
using Klp.Kernel.Modules;
using Klp.Kernel.SymbolTables;
using Klp.Kernel.Trees;

namespace Klp.Boot.Tests.Kernels;

/// <summary>A kernel with modules that can be patched, and what of its kallsyms and ftrace is as foretold.</summary>
internal sealed class MatrixGuest
{
    /// <summary>Those of a distribution's thousands that are loaded, as far as they are modules of it.</summary>
    private static readonly string[] OfMany = ["zram", "zsmalloc", "dm_mod", "dm_zero"];

    private readonly KernelTree tree;
    private readonly TracedGuest guest;
    private readonly string[] modules;

    private MatrixGuest(KernelTree tree, TracedGuest guest, string[] modules) => (this.tree, this.guest, this.modules) = (tree, guest, modules);

    /// <summary>Boots a kernel.</summary>
    public static async Task<MatrixGuest> BootAsync(KernelUnderTest kernel)
    {
        string[] modules = kernel.Tree.ModulePaths.Count < 100
            ? [.. kernel.Tree.ModulePaths]
            : [.. OfMany.Select(kernel.FindModule).OfType<string>()];
        return new MatrixGuest(kernel.Tree, await TracedGuest.BootAsync(kernel, modules), modules);
    }

    /// <summary>Asserts that the database has the guest's symbols line by line.</summary>
    /// <returns>How many there are.</returns>
    public string AssertKallsyms()
    {
        IReadOnlyDictionary<string, IReadOnlyList<string>> database = SymbolLists.OfDatabase(tree);
        int ofModules = 0;
        foreach (string name in (string[])["vmlinux", .. modules.Select(ModuleName.FromPath)])
        {
            Assert.Equal(guest.Symbols[name].Select(symbol => symbol.Name), database[name]);
            ofModules += name == "vmlinux" ? 0 : database[name].Count;
        }

        Assert.True(database["vmlinux"].Count > 10_000 && ofModules > 100);
        return string.Create(CultureInfo.InvariantCulture, $"{database["vmlinux"].Count} lines, {ofModules} of {modules.Length} modules");
    }

    /// <summary>Asserts that ftrace lists the functions that can be patched, of one name each, and no others.</summary>
    /// <returns>How many were compared.</returns>
    public string AssertTraceSites()
    {
        // TraceSitesTests takes all of a vmlinux.
        int everyNth = tree.VmlinuxPath is null ? 1 : 15;
        IEnumerable<string> names = TraceSitesTests.Unique(guest.Symbols["vmlinux"]).Where((_, index) => index % everyNth == 0);
        List<string> wrong = TraceSitesTests.Compare(guest, tree, "vmlinux", names, tree.FindInVmlinux, out int traceable, out int others);
        foreach (string path in modules)
        {
            using ElfImage module = ModuleImage.Open(path);
            string name = ModuleName.FromPath(path);
            wrong.AddRange(TraceSitesTests.Compare(guest, tree, name, TraceSitesTests.Unique(guest.Symbols[name]),
                symbol => SymbolCandidates.InModule(module, symbol), out int ofModule, out int othersOfModule));
            Assert.True(ofModule > 0, name);
            (traceable, others) = (traceable + ofModule, others + othersOfModule);
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(traceable > 500 && others > 50, $"{traceable} traceable functions and {others} others say little.");
        return string.Create(CultureInfo.InvariantCulture, $"{traceable + others} functions");
    }
}
