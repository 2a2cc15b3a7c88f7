using System.Buffers.Binary;
using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Kernel.Facts;
using Klp.Kernel.Modules;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

/// <summary>Which sections the kernel frees when an object has started.</summary>
[Trait("Needs", "kernel")]
public class SectionLifeTests
{
    [Theory]
    [InlineData("vmlinux", ".init.text", ElfMachine.AArch64, true)]
    [InlineData("vmlinux", ".exit.text", ElfMachine.AArch64, true)]
    [InlineData("vmlinux", ".init.text", ElfMachine.PowerPC64, true)]
    [InlineData("vmlinux", ".text", ElfMachine.AArch64, false)]
    [InlineData("zram", ".init.data", ElfMachine.X8664, true)]
    [InlineData("zram", ".exit.text", ElfMachine.X8664, false)]
    [InlineData("zram", ".init.text", ElfMachine.PowerPC64, false)]
    [InlineData("zram", ".text.init", ElfMachine.X8664, false)]
    public void Sections_for_the_start_are_freed(string objectName, string section, ElfMachine machine, bool isFreed) =>
        Assert.Equal(isFreed, SectionLife.IsFreed(objectName, section, machine));

    [Fact]
    public void Without_unloading_modules_have_no_end() => Assert.True(SectionLife.IsFreedOfModule(".exit.text", ElfMachine.PowerPC64, unloads: false));

    // arch/powerpc/kernel/module_64.c has a module_init_section() that says no.
    [Theory]
    [InlineData(ElfMachine.AArch64, 0)]
    [InlineData(ElfMachine.PowerPC64, 1)]
    public void The_init_symbols_of_a_module_stay_on_powerpc(ElfMachine machine, int live)
    {
        byte[] file = File.ReadAllBytes(DemoTree.Module("zram"));
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(18), (ushort)machine);

        ModuleSymbolView view = new(ElfImage.Read(new MemoryStream(file), "zram.ko"));

        Assert.Equal([(1, live)], view.Positions("zram_init"));
    }
}
