using Klp.Kernel.Modules;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

/// <summary>Which modules of a folder there are, and in which order; the files need no contents for that.</summary>
[Trait("Needs", "kernel")]
public sealed class ModuleFolderTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public void Modules_that_modules_order_does_not_list_follow_by_path()
    {
        Make("updates/dkms/zfs.ko.xz", "kernel/drivers/b.ko.xz", "kernel/drivers/a.ko.xz", "extra/own.ko", "kernel/drivers/notes.ko.txt");
        folder.Write("modules.order", "kernel/drivers/b.ko\nkernel/drivers/gone.ko\nkernel/drivers/a.ko\n");
        AssertFound("kernel/drivers/b.ko.xz", "kernel/drivers/a.ko.xz", "extra/own.ko", "updates/dkms/zfs.ko.xz");
    }

    /// <summary>depmod.d(5): the folder updates before what came with the kernel.</summary>
    [Theory]
    [InlineData("updates/dkms/my_driver.ko.zst", "kernel/my-driver.ko")]
    [InlineData("updates/my-driver.ko", "extra/my-driver.ko")]
    [InlineData("extra/my-driver.ko", "kernel/my-driver.ko")]
    [InlineData("kernel/my-driver.ko", "weak-updates/my-driver.ko")]
    public void Of_one_name_modprobes_own_choice_is_taken(string taken, string left)
    {
        Make(taken, left);
        folder.Write("modules.order", "kernel/my-driver.ko\n");
        AssertFound(taken);
    }

    [Fact]
    public void Two_of_one_name_in_one_place_are_both_found_for_the_database_to_refuse()
    {
        Make("one/driver.ko", "two/driver.ko");
        AssertFound("one/driver.ko", "two/driver.ko");
    }

    [Theory]
    [InlineData("drivers/")]
    [InlineData("")]
    [InlineData("/absolute/")]
    public void Paths_of_modules_order_may_be_of_the_folder_of_the_tree_above_it_or_absolute(string prefix)
    {
        Make("drivers/a.ko", "drivers/b.ko");
        string before = prefix == "/absolute/" ? folder["drivers/"] : prefix;
        folder.Write("drivers/modules.order", $"{before}b.o\n{before}a.o\n");
        Assert.Equal(["b.ko", "a.ko"], Found(folder["drivers"]));
    }

    [Fact]
    public void A_folder_of_the_demo_kernel_has_the_modules_of_the_tree_that_are_below_it()
    {
        string tree = DemoTree.File("drivers/md");
        Assert.Equal(DemoTree.Tree.ModulePaths.Where(path => path.StartsWith(tree + "/", StringComparison.Ordinal)), ModuleFolder.Find(tree));
        Assert.NotEmpty(ModuleFolder.Find(tree));
    }

    [Fact]
    public void The_modules_of_a_build_directory_are_those_of_the_tree_in_its_order() =>
        Assert.Equal(DemoTree.Tree.ModulePaths, ModuleFolder.Find(DemoTree.Path).Where(path => File.ReadAllLines(DemoTree.File("modules.order")).Contains(Path.GetRelativePath(DemoTree.Path, Path.ChangeExtension(path, ".o")))));

    [Fact]
    public void Links_are_followed_but_not_to_the_kernel_tree_and_not_round_in_circles()
    {
        Make("store/md/b.ko", "tree/c.ko", "modules/a.ko");
        File.CreateSymbolicLink(folder["modules/kernel"], folder["store"]);
        File.CreateSymbolicLink(folder["modules/build"], folder["tree"]);
        File.CreateSymbolicLink(folder["modules/source"], folder["tree"]);
        File.CreateSymbolicLink(folder["modules/own.ko"], folder["tree/c.ko"]);
        File.CreateSymbolicLink(folder["modules/gone.ko"], folder["tree/gone.ko"]);
        File.CreateSymbolicLink(folder["store/md/up"], folder["store"]);
        Assert.Equal(["a.ko", "kernel/md/b.ko", "own.ko"], Found(folder["modules"]));
    }

    [Fact]
    public void A_folder_without_modules_has_none()
    {
        Make("readme.txt");
        Assert.Empty(ModuleFolder.Find(folder.Path));
    }

    [Fact]
    public void A_distributions_kernel_has_the_modules_beside_those_of_its_package()
    {
        using TempFolder root = new();
        string installed = $"lib/modules/{DemoTree.Tree.Release}";
        foreach (string name in (string[])[$"{installed}/kernel/a.ko", $"{installed}/updates/dkms/b.ko", $"boot/vmlinuz-{DemoTree.Tree.Release}"])
            root.Write(name, "");
        root.Write($"{installed}/modules.order", "kernel/a.ko\n");
        foreach (string name in (string[])[".config", "Module.symvers", "include/generated/utsrelease.h"])
            root.Write($"usr/src/linux-headers/{name}", File.ReadAllText(DemoTree.File(name)));

        IReadOnlyList<string> found = DemoTree.Open(root["usr/src/linux-headers"]).ModulePaths;

        Assert.Equal([root[$"{installed}/kernel/a.ko"], root[$"{installed}/updates/dkms/b.ko"]], found);
    }

    public void Dispose() => folder.Dispose();

    private void Make(params string[] files)
    {
        foreach (string file in files)
            folder.Write(file, "");
    }

    private void AssertFound(params string[] expected) => Assert.Equal(expected, Found(folder.Path));

    private static IEnumerable<string> Found(string path) => ModuleFolder.Find(path).Select(module => Path.GetRelativePath(path, module));
}
