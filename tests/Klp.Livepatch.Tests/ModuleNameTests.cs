using Klp.Kernel.Facts;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

[Trait("Needs", "kernel")]
public class ModuleNameTests
{
    [Theory]
    [InlineData("drivers/md/dm-mod.ko", "dm_mod")]
    [InlineData("drivers/md/dm-mod", "dm_mod")]
    [InlineData("dm-mod.ko.xz", "dm_mod")]
    [InlineData("/lib/modules/7.2.11/kernel/lib/lzo/lzo_compress.ko.zst", "lzo_compress")]
    [InlineData("vmlinux", "vmlinux")]
    [InlineData("a.kong-b.ko", "a.kong_b")]
    public void A_run_time_name_has_no_folder_no_extension_and_no_hyphen(string path, string name) =>
        Assert.Equal(name, ModuleName.FromPath(path));

    [Fact]
    public void A_run_time_name_is_the_one_that_kbuild_gave_the_module()
    {
        foreach (string path in DemoTree.Tree.ModulePaths)
            Assert.Equal(Tool.Run("modinfo", "-F", "name", path).Output.Trim(), ModuleName.FromPath(path));
    }
}
