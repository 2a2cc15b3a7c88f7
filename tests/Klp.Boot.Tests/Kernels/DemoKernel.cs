using Klp.Boot.Host;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;

namespace Klp.Boot.Tests.Kernels;

/// <summary>The kernel that tests boot.</summary>
public static class DemoKernel
{
    private static readonly Lazy<KernelUnderTest> Opened = new(() => KernelUnderTest.For(Open(DemoKernelTree.Path)));

    /// <summary>The kernel.</summary>
    public static KernelUnderTest Kernel => Opened.Value;

    /// <summary>The kernel as livepatches are built for it.</summary>
    public static KernelTree Tree => Kernel.Tree;

    /// <summary>The path of one of its modules.</summary>
    public static string Module(string name) =>
        Kernel.FindModule(name) ?? throw new InvalidOperationException($"The kernel in '{Tree.BuildDirectory}' has no module '{name}'.");

    /// <summary>Opens a kernel tree that has to be in order.</summary>
    public static KernelTree Open(string path)
    {
        DiagnosticBag diagnostics = new();
        return KernelTree.Open(path, diagnostics) ?? throw new InvalidOperationException(string.Join('\n', diagnostics));
    }
}
