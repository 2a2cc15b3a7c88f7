using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Modules;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

[Trait("Needs", "kernel")]
public class ModuleSymversTests
{
    [Fact]
    public void A_line_has_name_module_license_and_namespace()
    {
        ModuleSymvers exports = Read("0x12345678\tdm_hold\tdrivers/md/dm-mod\tEXPORT_SYMBOL_GPL\t\n0x0\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n0x0\tcrypto\tvmlinux\tEXPORT_SYMBOL_GPL\tCRYPTO_INTERNAL\n");
        Assert.Equal(3, exports.Count);
        Assert.Equal(new ExportedSymbol("dm_hold", "dm_mod", true, "") { Crc = 0x12345678 }, exports.Find("dm_hold"));
        Assert.Equal(new ExportedSymbol("printk", "vmlinux", false, ""), exports.Find("printk"));
        Assert.Equal(new ExportedSymbol("crypto", "vmlinux", true, "CRYPTO_INTERNAL"), exports.Find("crypto"));
        Assert.True(exports.Find("printk")!.IsFromVmlinux);
        Assert.False(exports.Find("dm_hold")!.IsFromVmlinux);
        Assert.Null(exports.Find("dm_mod"));
    }

    [Fact]
    public void Lines_of_kernels_before_5_4_have_no_namespace() =>
        Assert.Equal(new ExportedSymbol("printk", "vmlinux", false, "") { Crc = 0x12345678 }, Read("0x12345678\tprintk\tvmlinux\tEXPORT_SYMBOL\n").Find("printk"));

    [Fact]
    public void Lines_of_5_4_to_5_7_have_the_namespace_before_the_module()
    {
        ModuleSymvers exports = Read("0x12345678\tprintk\t\tvmlinux\tEXPORT_SYMBOL\n0x0\tuas_stop\tUSB_STORAGE\tdrivers/usb/storage/usb-storage\tEXPORT_SYMBOL_GPL\n");
        Assert.Equal(new ExportedSymbol("printk", "vmlinux", false, "") { Crc = 0x12345678 }, exports.Find("printk"));
        Assert.Equal(new ExportedSymbol("uas_stop", "usb_storage", true, "USB_STORAGE"), exports.Find("uas_stop"));
    }

    [Theory]
    [InlineData("0x0\tsecond\tvmlinux")]
    [InlineData("0x0 second vmlinux EXPORT_SYMBOL")]
    [InlineData("0x0\tsecond\tEXPORT_SYMBOL\tvmlinux")]
    public void A_malformed_line_is_an_error_at_its_number(string line)
    {
        using TempFolder folder = new();
        string path = folder.Write("Module.symvers", $"0x0\tfirst\tvmlinux\tEXPORT_SYMBOL\t\n{line}\n0x0\tthird\tvmlinux\tEXPORT_SYMBOL\t\n");
        DiagnosticBag diagnostics = new();
        ModuleSymvers exports = ModuleSymvers.Read(path, diagnostics);
        Assert.Equal(new SourcePlace(path, 2), Expect.Error("KLP2004", diagnostics).Place);
        Assert.NotNull(exports.Find("first"));
        Assert.Null(exports.Find("third"));
    }

    [Fact]
    public void The_exports_of_vmlinux_and_of_each_module_are_their_ksymtab_symbols()
    {
        DiagnosticBag diagnostics = new();
        ModuleSymvers exports = ModuleSymvers.Read(DemoTree.Tree.ModuleSymversPath, diagnostics);
        Expect.Nothing(diagnostics);
        int count = 0;
        foreach (string file in (string[])[DemoTree.Vmlinux, .. DemoTree.Tree.ModulePaths])
        {
            const string prefix = "__ksymtab_";
            foreach (string name in Nm.Names(file).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                count++;
                Assert.Equal(ModuleName.FromPath(file), exports.Find(name[prefix.Length..])?.ObjectName);
            }
        }

        Assert.Equal(count, exports.Count);
    }

    private static ModuleSymvers Read(string text)
    {
        using TempFolder folder = new();
        DiagnosticBag diagnostics = new();
        ModuleSymvers exports = ModuleSymvers.Read(folder.Write("Module.symvers", text), diagnostics);
        Expect.Nothing(diagnostics);
        return exports;
    }
}
