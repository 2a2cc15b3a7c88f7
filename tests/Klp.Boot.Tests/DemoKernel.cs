using Klp.Livepatch.Diagnostics;
using Klp.Livepatch.Kernel;
using Klp.Sdk.Tests.Support;

namespace Klp.Boot.Tests;

/// <summary>The kernel that tests boot: KLP_KERNEL_TREE, else the demo kernel of this checkout.</summary>
public static class DemoKernel
{
    private static readonly Lazy<KernelUnderTest> Opened = new(() => KernelUnderTest.For(Open(FindTree())));

    /// <summary>The kernel. A test without one fails; it neither passes nor is skipped.</summary>
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

    private static string FindTree()
    {
        if (Environment.GetEnvironmentVariable("KLP_KERNEL_TREE") is { Length: > 0 } tree)
            return tree;
        string demo = Repository.Combine("artifacts", "demo-kernel", "build");
        return Directory.Exists(demo)
            ? demo
            : throw new InvalidOperationException(
                "These tests boot a kernel, and there is none: run ./build.sh, which sets the demo kernel up, " +
                "or set KLP_KERNEL_TREE to a built kernel tree.");
    }
}
