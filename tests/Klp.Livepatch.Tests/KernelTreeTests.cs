using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Trees;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

[Trait("Needs", "kernel")]
public class KernelTreeTests
{
    private const string UtsRelease = "include/generated/utsrelease.h";

    [Fact]
    public void A_built_tree_has_the_release_that_its_modules_are_built_for()
    {
        KernelTree tree = DemoTree.Tree;
        string vermagic = Tool.Run("modinfo", "-F", "vermagic", DemoTree.Module("zram")).Output;
        Assert.Equal(vermagic.Split(' ')[0], tree.Release);
        Assert.Equal(tree.Release.Split('-')[0], tree.Version.ToString());
    }

    [Fact]
    public void A_built_tree_has_the_architecture_and_the_files_of_its_build_directory()
    {
        KernelTree tree = DemoTree.Tree;
        Assert.Same(KernelArchitecture.Arm64, tree.Architecture);
        Assert.True(tree.Config.IsEnabled("LIVEPATCH"));
        Assert.Equal(DemoTree.File(".config"), tree.ConfigPath);
        Assert.Equal(DemoTree.File("Module.symvers"), tree.ModuleSymversPath);
        Assert.Equal(DemoTree.Vmlinux, tree.VmlinuxPath);
    }

    [Fact]
    public void The_modules_are_all_those_of_the_tree_in_the_order_of_modules_order()
    {
        string[] order = [.. File.ReadAllLines(DemoTree.File("modules.order")).Select(line => DemoTree.File(Path.ChangeExtension(line, ".ko")))];
        Assert.Equal(order, DemoTree.Tree.ModulePaths);
        Assert.Equal(Directory.EnumerateFiles(DemoTree.Path, "*.ko", SearchOption.AllDirectories).Order(StringComparer.Ordinal), order.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_database_is_made_from_vmlinux_and_the_modules() =>
        Assert.Equal([DemoTree.Vmlinux, .. DemoTree.Tree.ModulePaths], DemoTree.Tree.DatabaseInputs);

    [Fact]
    public void A_modules_order_of_kernels_before_6_2_has_the_names_of_the_modules_themselves()
    {
        using FakeTree tree = new();
        tree.Replace("modules.order", ".o\n", ".ko\n");
        Assert.Equal(DemoTree.Tree.ModulePaths.Count, DemoTree.Open(tree.Path).ModulePaths.Count);
    }

    [Fact]
    public void A_module_that_is_listed_but_not_built_is_left_out()
    {
        using FakeTree tree = new();
        tree.Remove("drivers/md/dm-zero.ko");
        KernelTree opened = DemoTree.Open(tree.Path);
        Assert.Equal(DemoTree.Tree.ModulePaths.Count - 1, opened.ModulePaths.Count);
        Assert.Null(opened.FindModule("dm_zero"));
    }

    [Fact]
    public void A_module_is_found_by_its_run_time_name()
    {
        Assert.EndsWith("/dm-mod.ko", DemoTree.Tree.FindModule("dm_mod"), StringComparison.Ordinal);
        Assert.EndsWith("/lzo_compress.ko", DemoTree.Tree.FindModule("lzo_compress"), StringComparison.Ordinal);
        Assert.Null(DemoTree.Tree.FindModule("dm-mod"));
        Assert.Null(DemoTree.Tree.FindModule("vmlinux"));
    }

    [Fact]
    public void The_build_directory_is_absolute()
    {
        string relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), DemoTree.Path);
        Assert.Equal(DemoTree.Path, DemoTree.Open(relative).BuildDirectory);
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_named()
    {
        using TempFolder folder = new();
        Assert.Contains(folder["nothing"], Refused("KLP0002", folder["nothing"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_kernel_is_no_kernel_tree()
    {
        using TempFolder folder = new();
        Assert.Contains("neither .config nor Kconfig", Refused("KLP0003", folder.Path).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_tree_is_not_configured()
    {
        using TempFolder folder = new();
        foreach (string name in (string[])["Kconfig", "Makefile", "scripts", "include"])
            File.CreateSymbolicLink(folder[name], DemoTree.Source(name));
        string message = Refused("KLP0003", folder.Path).Message;
        Assert.Contains("not configured", message, StringComparison.Ordinal);
        Assert.Contains("O=", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UtsRelease)]
    [InlineData("Module.symvers")]
    public void A_tree_without_what_a_build_makes_is_not_built(string missing)
    {
        using FakeTree tree = new();
        tree.Remove(missing);
        string message = Refused("KLP0004", tree.Path).Message;
        Assert.Contains($"{missing} is missing", message, StringComparison.Ordinal);
        Assert.Contains($"make -C {tree.Path} ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu-", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tree_without_any_list_of_the_kernels_symbols_is_not_built()
    {
        using FakeTree tree = new();
        tree.Remove("vmlinux");
        tree.Remove("System.map");
        Assert.Contains("vmlinux is missing", Refused("KLP0004", tree.Path).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_build_directory_that_was_cleaned_is_no_package_of_headers()
    {
        using FakeTree tree = new();
        foreach (string made in new[] { "vmlinux", "System.map", "modules.order", "source" })
            tree.Remove(made);
        Directory.CreateSymbolicLink(Path.Combine(tree.Path, "source"), Path.GetTempPath());
        Assert.Contains("is configured but not built: vmlinux is missing", Refused("KLP0004", tree.Path).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#define UTS_RELEASE \"next\"\n", "\"next\"")]
    [InlineData("", UtsRelease)]
    public void A_tree_with_a_strange_release_is_not_built(string contents, string told)
    {
        using FakeTree tree = new();
        tree.Write(UtsRelease, contents);
        Assert.Contains(told, Refused("KLP0004", tree.Path).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("# CONFIG_LIVEPATCH is not set")]
    [InlineData("CONFIG_LIVEPATCH=n")]
    [InlineData("")]
    public void A_kernel_without_livepatch_is_refused_with_the_options_it_needs(string line)
    {
        using FakeTree tree = new();
        tree.Replace(".config", "\nCONFIG_LIVEPATCH=y\n", $"\n{line}\n");
        Diagnostic error = Refused("KLP0005", tree.Path);
        Assert.Contains("KALLSYMS_ALL", error.Message, StringComparison.Ordinal);
        Assert.Equal(tree[".config"], error.Place!.File);
    }

    [Fact]
    public void A_kernel_too_old_for_its_architecture_is_refused_with_the_version_that_is_needed()
    {
        using FakeTree tree = new();
        tree.Write(UtsRelease, "#define UTS_RELEASE \"6.12.48-demo\"\n");
        tree.Replace(".config", "\nCONFIG_LIVEPATCH=y\n", "\n");
        string message = Refused("KLP0006", tree.Path).Message;
        Assert.Contains("6.12.48", message, StringComparison.Ordinal);
        Assert.Contains("since 6.17", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_old_kernel_whose_vendor_added_livepatch_is_accepted()
    {
        using FakeTree tree = new();
        tree.Write(UtsRelease, "#define UTS_RELEASE \"6.12.48-demo\"\n");
        Assert.Equal(new KernelVersion(6, 12, 48), DemoTree.Open(tree.Path).Version);
    }

    [Fact]
    public void An_architecture_that_cannot_livepatch_is_refused_with_those_that_can()
    {
        using FakeTree tree = new();
        tree.Replace(".config", "\nCONFIG_ARM64=y\n", "\nCONFIG_RISCV=y\n");
        Assert.Contains("arm64, x86-64, s390x, ppc64le, LoongArch", Refused("KLP0007", tree.Path).Message, StringComparison.Ordinal);
    }

    private static Diagnostic Refused(string code, string path)
    {
        DiagnosticBag diagnostics = new();
        Assert.Null(KernelTree.Open(path, diagnostics));
        return Expect.Error(code, diagnostics);
    }
}
