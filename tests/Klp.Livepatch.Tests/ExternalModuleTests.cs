using System.Text;
using Klp.Elf.Image;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Modules;
using Klp.Kernel.SymbolTables;
using Klp.Kernel.Symbols;
using Klp.Kernel.Trees;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

/// <summary>Modules that were built outside the kernel tree.</summary>
[Trait("Needs", "kernel")]
public class ExternalModuleTests(ExternalModuleTests.Modules modules) : IClassFixture<ExternalModuleTests.Modules>
{
    [Fact]
    public void Their_exports_are_those_that_kbuild_lists()
    {
        DiagnosticBag diagnostics = new();
        ModuleSymvers listed = ModuleSymvers.Read(modules.Source("Module.symvers"), diagnostics);
        Expect.Nothing(diagnostics);
        Assert.Equal(3, listed.Exports.Count(export => export.ObjectName == "outside_module"));
        KernelTree tree = Tree();
        ModuleSymvers exports = tree.ReadExports(diagnostics);
        Expect.Nothing(diagnostics);
        Assert.All(listed.Exports.Where(export => export.ObjectName == "outside_module"), export => Assert.Equal(export, exports.Find(export.Name)));
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
    public void The_kernel_is_opened_once_for_the_tree_with_them_and_the_tree_without()
    {
        KernelTree without = DemoTree.Open(DemoTree.Path);
        KernelTree tree = With(without, modules["outside-module"]);
        Assert.NotSame(without, tree);
        Assert.Same(without.Vmlinux, tree.Vmlinux);
        Assert.Same(without.Reference, tree.Reference);
    }

    [Fact]
    public void The_symbols_of_a_module_are_found_by_name_in_a_file_that_is_opened_once()
    {
        KernelTree tree = Tree();
        using ElfImage image = ModuleImage.Open(modules["outside-module"]);
        foreach (string name in (string[])["outside_static", "outside_plain", "no_such_symbol", ""])
            Assert.Equal(SymbolCandidates.InModule(image, name), new ObjectSymbols(tree).Find("outside_module", name));
        Assert.Same(tree.OpenModule("outside_module"), tree.OpenModule("outside_module"));
    }

    [Theory]
    [InlineData(".gz")]
    [InlineData(".xz")]
    [InlineData(".zst")]
    public void A_compressed_one_is_as_good(string extension)
    {
        using TempFolder folder = new();
        string module = folder.Write("outside-module.ko", File.ReadAllBytes(modules["outside-module"]));
        if (extension == ".gz")
            Tool.Run("gzip", module);
        else if (extension == ".xz")
            Tool.Run("xz", "--check=crc32", module);
        else
            folder.Write("outside-module.ko.zst", ZstdFrame.Store(File.ReadAllBytes(module)));

        ConversionContext context = DemoConversion.ContextFor(Tree(module + extension));
        DiagnosticBag diagnostics = new();
        Assert.Equal(1, context.Database.Find(["outside_static"], diagnostics).Count("outside_module", "outside_static"));
        Assert.Equal("outside_module", context.Exports!.Find("outside_plain")!.ObjectName);
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
        Assert.Equal(path, Refusal("KLP2003", path).Place!.File);
    }

    [Fact]
    public void A_damaged_module_of_the_tree_does_not_keep_from_reading_them()
    {
        using FakeTree kernel = new();
        kernel.Write(Path.GetRelativePath(DemoTree.Path, DemoTree.Tree.ModulePaths[0]), "damaged");
        DiagnosticBag diagnostics = new();
        KernelTree? tree = DemoTree.Open(kernel.Path).WithExternalModules([modules["outside-module"]], diagnostics);
        Expect.Nothing(diagnostics);
        Assert.Equal([modules["outside-module"]], tree!.ExternalModules);
    }

    [Fact]
    public void One_that_is_named_twice_or_by_a_copy_is_one()
    {
        using TempFolder folder = new();
        string copy = folder.Write("outside-module.ko", File.ReadAllBytes(modules["outside-module"]));
        Assert.Equal([modules["outside-module"]], Tree(modules["outside-module"], modules["outside-module"], copy).ExternalModules);
    }

    [Fact]
    public void The_order_in_which_they_are_named_does_not_matter()
    {
        string[] given = [modules["outside-module"], modules["user_of_outside"]];
        Assert.Equal(given, Tree(given).ExternalModules);
        Assert.Equal(given, Tree(given[1], given[0]).ExternalModules);
    }

    [Fact]
    public void Two_modules_of_one_name_are_an_error()
    {
        using TempFolder folder = new();
        // What follows the sections changes nothing but the bytes.
        string other = folder.Write("outside_module.ko", [.. File.ReadAllBytes(modules["outside-module"]), 0]);
        Diagnostic error = Refusal("KLP2006", modules["outside-module"], other);
        Assert.Equal(other, error.Place!.File);
        Assert.Contains(modules["outside-module"], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_named_like_its_module_is_an_error()
    {
        using TempFolder folder = new();
        string renamed = folder.Write("renamed.ko", File.ReadAllBytes(modules["outside-module"]));
        Assert.Contains("outside_module", Refusal("KLP2006", renamed).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_is_named_like_a_module_of_the_tree_takes_its_place()
    {
        KernelTree tree = Tree(modules["dm-mod"]);
        Assert.Equal(modules["dm-mod"], tree.FindModule("dm_mod"));
        Assert.Equal(DemoTree.Tree.ModulePaths.Count, tree.ModulePaths.Count);

        DiagnosticBag diagnostics = new();
        ModuleSymvers exports = tree.ReadExports(diagnostics);
        Expect.Nothing(diagnostics);
        Assert.Equal("dm_mod", exports.Find("dm_of_ones_own")!.ObjectName);
        Assert.Null(exports.Find("dm_hold"));
    }

    [Fact]
    public void One_for_another_architecture_is_an_error()
    {
        using TempFolder folder = new();
        byte[] contents = File.ReadAllBytes(modules["outside-module"]);
        contents[18] = 62; // e_machine: EM_X86_64
        Assert.Contains("x86-64", Refusal("KLP2005", folder.Write("outside-module.ko", contents)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vermagic=7", "vermagic=9")]
    [InlineData(" aarch64\0", " aarch46\0")]
    public void One_for_another_kernel_is_an_error_with_the_kernels_own_words(string from, string to)
    {
        using TempFolder folder = new();
        string text = Encoding.Latin1.GetString(File.ReadAllBytes(modules["outside-module"]));
        Assert.Contains(from, text, StringComparison.Ordinal);
        string path = folder.Write("outside-module.ko", Encoding.Latin1.GetBytes(text.Replace(from, to, StringComparison.Ordinal)));
        string magic = Tool.Run("modinfo", "-F", "vermagic", path).Output.TrimEnd('\n');
        string expected = Tool.Run("modinfo", "-F", "vermagic", modules["outside-module"]).Output.TrimEnd('\n');
        Assert.Contains($"outside_module: version magic '{magic}' should be '{expected}'", Refusal("KLP2005", path).Message, StringComparison.Ordinal);
    }

    /// <summary>same_magic of kernel/module/version.c.</summary>
    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void One_with_checksums_may_be_of_another_release_where_the_kernel_compares_them(bool kernelHasThem, bool moduleHasThem, bool isAccepted)
    {
        using FakeTree kernel = new();
        if (kernelHasThem)
            kernel.Replace(".config", "# CONFIG_MODVERSIONS is not set", "CONFIG_MODVERSIONS=y");
        using TempFolder folder = new();
        string text = Encoding.Latin1.GetString(File.ReadAllBytes(modules["outside-module"]));
        string path = folder.Write("outside-module.ko", Encoding.Latin1.GetBytes(text.Replace("vermagic=7", "vermagic=9", StringComparison.Ordinal)));
        if (moduleHasThem)
            Tool.Run(Tool.Arm64 + "objcopy", "--add-section", $"__versions={folder.Write("checksums", new byte[64])}", path);

        DiagnosticBag diagnostics = new();
        DemoTree.Open(kernel.Path).WithExternalModules([path], diagnostics);

        Expect.Codes(diagnostics, isAccepted ? [] : ["KLP2005"]);
    }

    [Fact]
    public void An_object_that_kbuild_has_not_linked_is_an_error()
    {
        using TempFolder folder = new();
        string path = folder.Write("outside-module.ko", File.ReadAllBytes(modules.Source("outside-module.o")));
        Assert.Contains("no version magic", Refusal("KLP2005", path).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_a_missing_file_and_what_is_no_module_are_errors_that_say_what_to_write()
    {
        using TempFolder folder = new();
        string modulesIn = HostWord.ExternalModulesIn.Of(folder.Path);
        Assert.Contains(modulesIn, Refusal("KLP0012", folder.Path + "/").Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", Refusal("KLP0012", folder["missing.ko"]).Message, StringComparison.Ordinal);
        Assert.Contains(".ko.xz", Refusal("KLP0012", folder.Write("driver.o", "")).Message, StringComparison.Ordinal);
    }

    private static Diagnostic Refusal(string code, params string[] paths)
    {
        DiagnosticBag diagnostics = new();
        Assert.Null(DemoTree.Tree.WithExternalModules(paths, diagnostics));
        return Expect.Error(code, diagnostics);
    }

    private KernelTree Tree() => Tree(modules["outside-module"]);

    private static KernelTree Tree(params string[] paths) => With(DemoTree.Tree, paths);

    private static KernelTree With(KernelTree without, params string[] paths)
    {
        DiagnosticBag diagnostics = new();
        KernelTree? tree = without.WithExternalModules(paths, diagnostics);
        Expect.Nothing(diagnostics);
        return tree!;
    }

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
        new KbuildModule("dm-mod", """
            int dm_of_ones_own(int x);
            int dm_of_ones_own(int x) { return x; }
            EXPORT_SYMBOL(dm_of_ones_own);
            MODULE_DESCRIPTION("A replacement of a module of the tree");
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
