using Klp.Boot.Host;
using Klp.Sdk.Tests.Support;

namespace Klp.Boot.Tests.Kernels;

/// <summary>The hardened kernel, as eng/hardened-kernel.config configures it.</summary>
public static class HardenedKernel
{
    private static readonly Lazy<KernelUnderTest> Opened = new(() => KernelUnderTest.For(DemoKernel.Open(Find())));

    /// <summary>The kernel. A test without one fails; it neither passes nor is skipped.</summary>
    public static KernelUnderTest Kernel => Opened.Value;

    private static string Find()
    {
        string build = Repository.Combine("artifacts", "hardened-kernel", "build");
        return Directory.Exists(build)
            ? build
            : throw new InvalidOperationException("These tests boot a kernel with signatures and versions, and it is not built: run eng/demo-kernel.sh hardened-kernel.");
    }
}
