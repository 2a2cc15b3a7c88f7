using Klp.Sdk.Tests.Support;

namespace Klp.Boot.Tests;

/// <summary>The distribution's own x86-64 kernel, as eng/distribution-kernel.sh unpacks its packages.</summary>
public static class DistributionKernel
{
    private static readonly Lazy<KernelUnderTest> Opened = new(() => KernelUnderTest.For(DemoKernel.Open(FindHeaders())));

    /// <summary>The kernel. A test without one fails; it neither passes nor is skipped.</summary>
    public static KernelUnderTest Kernel => Opened.Value;

    private static string FindHeaders()
    {
        string sources = Repository.Combine("artifacts", "distribution-kernel", "root", "usr", "src");
        return (Directory.Exists(sources) ? Directory.GetDirectories(sources, "linux-headers-*") : [])
            .SingleOrDefault(folder => File.Exists(Path.Combine(folder, ".config"))) ??
            throw new InvalidOperationException(
                "These tests boot the distribution's own x86-64 kernel, and its packages are not unpacked: " +
                "run eng/distribution-kernel.sh, which does that without installing them.");
    }
}
