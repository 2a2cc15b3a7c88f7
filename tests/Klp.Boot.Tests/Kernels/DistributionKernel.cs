using Klp.Boot.Host;

namespace Klp.Boot.Tests.Kernels;

/// <summary>The distribution's own x86-64 kernel, as eng/distribution-kernel.sh unpacks its packages.</summary>
public static class DistributionKernel
{
    private static readonly Lazy<KernelUnderTest> Opened = new(() => KernelUnderTest.For(DemoKernel.Open(DistributionKernelTree.Path)));

    /// <summary>The kernel. A test without one fails; it neither passes nor is skipped.</summary>
    public static KernelUnderTest Kernel => Opened.Value;
}
