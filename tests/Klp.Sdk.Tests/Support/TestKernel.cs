using Klp.Livepatch.Diagnostics;
using Klp.Livepatch.Kernel;

namespace Klp.Sdk.Tests.Support;

/// <summary>The kernel that tests build for: KLP_KERNEL_TREE, else the demo kernel of this checkout.</summary>
internal static class TestKernel
{
    private static readonly Lazy<string> Found = new(Find);
    private static readonly Lazy<KernelTree> Opened = new(Open);

    /// <summary>Its build directory. A test without one fails; it neither passes nor is skipped.</summary>
    public static string Tree => Found.Value;

    /// <summary>Its release.</summary>
    public static string Release => Opened.Value.Release;

    /// <summary>What its CROSS_COMPILE is when nothing says otherwise.</summary>
    public static KernelArchitecture Architecture => Opened.Value.Architecture;

    private static KernelTree Open()
    {
        DiagnosticBag diagnostics = new();
        return KernelTree.Open(Tree, diagnostics) ?? throw new InvalidOperationException(string.Join('\n', diagnostics));
    }

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("KLP_KERNEL_TREE") is { Length: > 0 } tree)
            return Path.GetFullPath(tree);
        string demo = Repository.Combine("artifacts", "demo-kernel", "build");
        return Directory.Exists(demo)
            ? demo
            : throw new InvalidOperationException(
                "These tests build for a kernel, and there is none: run ./build.sh, which sets the demo kernel up, " +
                "or set KLP_KERNEL_TREE to a built kernel tree.");
    }
}
