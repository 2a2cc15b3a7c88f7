using Klp.Kbuild.Runs;
using Klp.Kernel.Compression;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;
using Klp.Livepatch.Signing;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests.Kbuild;

/// <summary>The kernel trees that the stages of a build share.</summary>
[Trait("Needs", "kernel")]
public sealed class OpenKernelsTests : IDisposable
{
    private readonly KernelTreeCopy copy = new();
    private readonly OpenKernels kernels = new();

    [Fact]
    public void A_stage_works_with_the_tree_that_another_opened()
    {
        KernelTree first = Stage();
        Assert.Same(first, Stage());
        // The types of the kernel, say, are read once too.
        Assert.Same(first.Vmlinux, Stage().Vmlinux);
    }

    [Theory]
    [InlineData(".config")]
    [InlineData("Module.symvers")]
    [InlineData("modules.order")]
    [InlineData("include/config/auto.conf")]
    [InlineData("vmlinux")]
    public void A_kernel_that_was_built_anew_is_opened_anew(string file)
    {
        string own = copy.Own(file);
        KernelTree before = Stage();
        File.SetLastWriteTimeUtc(own, File.GetLastWriteTimeUtc(own).AddSeconds(1));
        Assert.NotSame(before, Stage());
    }

    [Fact]
    public void A_tree_is_not_lent_twice_at_a_time()
    {
        using KernelLoans one = new(kernels), other = new(kernels);
        Assert.NotSame(Open(one), Open(other));
    }

    [Fact]
    public void Other_external_modules_are_another_tree()
    {
        KernelTree without = Stage();
        string module = copy.Own(TestKernel.Module);
        Assert.Equal([module], Stage(module).ExternalModules);
        Assert.Same(without, Stage());
    }

    [Fact]
    public void A_tree_that_cannot_be_opened_is_an_error_each_time()
    {
        File.Delete(Path.Combine(copy.Path, ".config"));
        using KernelLoans loans = new(kernels);
        for (int i = 0; i < 2; i++)
        {
            DiagnosticBag diagnostics = new();
            Assert.Null(Cache(loans, []).OpenTree(diagnostics));
            Assert.True(diagnostics.HasErrors);
        }
    }

    public void Dispose() => copy.Dispose();

    private KernelTree Stage(params string[] externalModules)
    {
        using KernelLoans loans = new(kernels);
        return Open(loans, externalModules);
    }

    private KernelTree Open(KernelLoans loans, params string[] externalModules)
    {
        DiagnosticBag diagnostics = new();
        KernelTree? tree = Cache(loans, externalModules).OpenTree(diagnostics);
        Assert.Empty(diagnostics);
        return tree!;
    }

    private KernelCache Cache(KernelLoans loans, string[] externalModules) => new()
    {
        BuildDirectory = copy.Path,
        Release = TestKernel.Release,
        Architecture = "",
        CrossCompile = "",
        Llvm = "",
        CompilerProgram = "",
        Tools = [],
        Make = "",
        HasDebugInfo = false,
        Database = "",
        Inputs = [.. new[] { "include/config/auto.conf", "modules.order" }.Select(file => Klp.Kbuild.Processes.FileTimes.Record(Path.Combine(copy.Path, file)))],
        ExternalModules = externalModules,
        Vmlinux = "",
        Signing = new KernelSigning("", "", ""),
        Compression = ModuleCompression.None,
        Loans = loans,
    };
}
