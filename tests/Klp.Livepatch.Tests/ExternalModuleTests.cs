using Klp.Livepatch.Conversion;
using Klp.Livepatch.Diagnostics;
using Klp.Livepatch.Kernel;

namespace Klp.Livepatch.Tests;

/// <summary>Modules that were built outside the kernel tree.</summary>
public class ExternalModuleTests(ExternalModuleTests.Modules modules) : IClassFixture<ExternalModuleTests.Modules>
{
    [Fact]
    public void Their_exports_are_those_that_kbuild_lists()
    {
        DiagnosticBag diagnostics = new();
        ModuleSymvers listed = ModuleSymvers.Read(modules.Source("Module.symvers"), diagnostics);
        Expect.Nothing(diagnostics);
        Assert.Equal(3, listed.Count);
        KernelTree tree = Tree();
        ModuleSymvers exports = tree.ReadExports(diagnostics);
        Expect.Nothing(diagnostics);
        Assert.All(listed.Exports, export => Assert.Equal(export, exports.Find(export.Name)));
        Assert.NotNull(exports.Find("dm_hold"));
    }

    [Fact]
    public void They_are_in_the_database_after_the_kernels_own()
    {
        KernelTree tree = Tree();
        Assert.Equal([.. DemoTree.Tree.ModulePaths, modules["outside-module"]], tree.ModulePaths);
        Assert.Equal(modules["outside-module"], tree.FindModule("outside_module"));
        DiagnosticBag diagnostics = new();
        Assert.Equal(1, DemoConversion.ContextFor(tree).Database.Find(["outside_static"], diagnostics).Count("outside_module", "outside_static"));
    }

    [Fact]
    public void A_livepatch_of_one_is_converted()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["patch_of_outside"], DemoConversion.ContextFor(Tree()));
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts("outside_static", "outside_module:outside_static", ".klp.rela.outside_module..text");
        plan.AssertConverts("outside_gpl", "outside_module:outside_gpl", ".klp.rela.outside_module..text");
        Assert.Equal("", plan.Depends);
    }

    [Fact]
    public void One_that_is_not_patched_is_a_dependency()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["user_of_outside"], DemoConversion.ContextFor(Tree()));
        Expect.Info("KLP3014", plan.Diagnostics);
        plan.AssertLeaves("outside_plain");
    }

    [Fact]
    public void Without_it_its_symbols_are_unknown() =>
        Expect.Codes(DemoConversion.Plan(modules["patch_of_outside"]).Diagnostics, "KLP3001", "KLP3001");

    [Fact]
    public void One_that_cannot_be_read_is_an_error()
    {
        using TempFolder folder = new();
        string path = folder.Write("half.ko", File.ReadAllBytes(modules["outside-module"])[..1000]);
        DiagnosticBag diagnostics = new();
        DemoTree.Tree.WithExternalModules([path]).ReadExports(diagnostics);
        Assert.Equal(path, Expect.Error("KLP2003", diagnostics).Place!.File);
    }

    private KernelTree Tree() => DemoTree.Tree.WithExternalModules([modules["outside-module"]]);

    public sealed class Modules() : KbuildModules(
        new KbuildModule("outside-module", """
            int outside_plain(int x);
            int outside_gpl(int x);
            int outside_namespaced(int x);
            static noinline int outside_static(int x) { pr_info("x\n"); return x; }
            int outside_plain(int x) { return outside_static(x) + 1; }
            int outside_gpl(int x) { return x; }
            int outside_namespaced(int x) { return x; }
            EXPORT_SYMBOL(outside_plain);
            EXPORT_SYMBOL_GPL(outside_gpl);
            EXPORT_SYMBOL_NS_GPL(outside_namespaced, "OUTSIDE");
            MODULE_DESCRIPTION("A module to patch");
            MODULE_LICENSE("GPL");
            """),
        new KbuildModule("patch_of_outside", """
            int outside_gpl(int x);
            extern int outside_static(int x);
            static int new_plain(int x) { return outside_gpl(x) + outside_static(x); }
            PATCH(IN_MODULE(outside_module, REPLACE(outside_plain, new_plain)));
            """),
        new KbuildModule("user_of_outside", """
            int outside_plain(int x);
            static int new_show(struct seq_file *m, void *v) { return outside_plain(m->index); }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """));
}
