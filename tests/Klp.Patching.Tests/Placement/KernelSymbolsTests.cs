using Klp.Elf.Image;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Modules;
using Klp.Patching.Placement;

namespace Klp.Patching.Tests.Placement;

/// <summary>Which symbol the units of a kernel or of a module mean by a name.</summary>
public class KernelSymbolsTests
{
    /// <summary>As the linker does: a module's own definition comes before the kernel's.</summary>
    [Theory]
    [InlineData("own_module", "own", false)]
    [InlineData("own_module", "of_kernel", true)]
    [InlineData("vmlinux", "own", true)]
    public void What_a_module_defines_is_no_export_of_the_kernel(string objectName, string name, bool isExported)
    {
        using TempFolder folder = new();
        string source = folder.Write("own.c", "int own(int a) { return a; }\n");
        Tool.Run(Tool.Arm64 + "gcc", ["-c", source, "-o", folder["own.o"]]);
        Tool.Run(Tool.Arm64 + "ld", ["-e", "0", folder["own.o"], "-o", folder["own"]]);
        string symvers = folder.Write("Module.symvers", "0x00000001\town\tvmlinux\tEXPORT_SYMBOL\t\n0x00000002\tof_kernel\tvmlinux\tEXPORT_SYMBOL\t\n");
        DiagnosticBag diagnostics = new();
        KernelSymbols symbols = new(new LinkedImages(null!), ModuleSymvers.Read(symvers, diagnostics), LinkedImage.Of(ElfImage.Open(folder["own"]), objectName)!);

        Assert.Equal(isExported, symbols.IsExported(name));
        Assert.Empty(diagnostics);
    }
}
