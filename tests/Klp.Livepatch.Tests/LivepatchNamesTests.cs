using Klp.Livepatch.Modules;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

[Trait("Needs", "kernel")]
public class LivepatchNamesTests
{
    [Theory]
    [InlineData(".klp.sym.vmlinux.printk,0", "vmlinux", "printk", 0)]
    [InlineData(".klp.sym.dm_mod.dm_hold,12", "dm_mod", "dm_hold", 12)]
    [InlineData(".klp.sym.vmlinux.work.isra.0,3", "vmlinux", "work.isra.0", 3)]
    [InlineData(".klp.sym.vmlinux..L1,0", "vmlinux", ".L1", 0)]
    [InlineData(".klp.sym.vmlinux.$x,7", "vmlinux", "$x", 7)]
    public void A_symbols_name_comes_apart_as_the_kernel_takes_it_apart(string name, string objectName, string symbol, int position)
    {
        Assert.Equal((objectName, symbol, (ulong)position), KernelScanf.Symbol(name, 511));
        Assert.Equal(new KernelSymbol(objectName, symbol, position), LivepatchNames.ParseSymbol(name));
        Assert.Equal(name, LivepatchNames.Symbol(new KernelSymbol(objectName, symbol, position)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("printk")]
    [InlineData(".klp.sym.")]
    [InlineData(".klp.sym.vmlinux")]
    [InlineData(".klp.sym.vmlinux.")]
    [InlineData(".klp.sym.vmlinux.printk")]
    [InlineData(".klp.sym.vmlinux.printk,")]
    [InlineData(".klp.sym.vmlinux.printk,x")]
    [InlineData(".klp.sym.vmlinux.printk.0")]
    [InlineData(".klp.sym.vmlinux.printk,-1")]
    [InlineData(".klp.sym.vmlinux.printk,+1")]
    [InlineData(".klp.sym.vmlinux.,0")]
    [InlineData(".klp.sym..printk,0")]
    [InlineData(".klp.sym.vmlinux,0")]
    [InlineData(".klp.sim.vmlinux.printk,0")]
    public void A_symbols_name_that_the_kernel_cannot_read_is_none(string name)
    {
        Assert.Null(KernelScanf.Symbol(name, 511));
        Assert.Null(LivepatchNames.ParseSymbol(name));
    }

    [Theory]
    [InlineData(".klp.rela.vmlinux..text", "vmlinux")]
    [InlineData(".klp.rela.vmlinux.text", "vmlinux")]
    [InlineData(".klp.rela.dm_mod.__jump_table", "dm_mod")]
    [InlineData(".klp.rela.dm_mod..init.text", "dm_mod")]
    public void A_sections_name_says_the_object_that_the_kernel_reads(string name, string objectName)
    {
        Assert.Equal(objectName, KernelScanf.RelocationSection(name));
        Assert.Equal(objectName, LivepatchNames.ParseRelocationSection(name));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".rela.text")]
    [InlineData(".klp.rela.")]
    [InlineData(".klp.rela..text")]
    [InlineData(".klp.sym.vmlinux.text")]
    public void A_sections_name_that_the_kernel_cannot_read_says_no_object(string name)
    {
        Assert.Null(KernelScanf.RelocationSection(name));
        Assert.Null(LivepatchNames.ParseRelocationSection(name));
    }

    [Fact]
    public void Every_name_of_the_demo_kernel_survives_the_way_there_and_back()
    {
        foreach (string name in Nm.SystemMap(DemoTree.Vmlinux).Select(symbol => symbol.Name).Distinct())
        {
            string written = LivepatchNames.Symbol(new KernelSymbol("vmlinux", name, 1));
            Assert.Equal(("vmlinux", name, 1ul), KernelScanf.Symbol(written, 511));
            Assert.Equal(new KernelSymbol("vmlinux", name, 1), LivepatchNames.ParseSymbol(written));
        }
    }

    [Theory]
    [InlineData(".klp.sym.rela.zram.zsmalloc.zs_compact,0", "zram", "zsmalloc", "zs_compact", 0)]
    [InlineData(".klp.sym.rela.vmlinux.vmlinux.work.isra.0,3", "vmlinux", "vmlinux", "work.isra.0", 3)]
    [InlineData(".klp.sym.rela.zram.zsmalloc.zs_compact.0", "zram", "zsmalloc", "zs_compact", 0)]
    [InlineData(".klp.sym.rela.vmlinux.vmlinux.unwind_find_stack.constprop.0.1", "vmlinux", "vmlinux", "unwind_find_stack.constprop.0", 1)]
    [InlineData(".klp.sym.rela.vmlinux.vmlinux.__func__.0.12", "vmlinux", "vmlinux", "__func__.0", 12)]
    [InlineData(".klp.sym.rela.vmlinux.vmlinux..L1.0", "vmlinux", "vmlinux", ".L1", 0)]
    public void An_annotated_symbol_has_patched_object_and_symbol(string name, string patched, string provider, string symbol, int position) =>
        Assert.Equal((patched, new KernelSymbol(provider, symbol, position)), LivepatchNames.ParseAnnotatedSymbol(name));

    [Fact]
    public void A_sections_name_keeps_the_dot_of_its_target() =>
        Assert.Equal(".klp.rela.vmlinux..text", LivepatchNames.RelocationSection("vmlinux", ".text"));
}
