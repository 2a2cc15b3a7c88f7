using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Trees;

namespace Klp.Sdk.Tests.Support;

/// <summary>The kernel that tests build for.</summary>
internal static class TestKernel
{
    private static readonly Lazy<KernelTree> Opened = new(Open);

    /// <summary>Its build directory.</summary>
    public static string Tree => DemoKernelTree.Path;

    /// <summary>Its release.</summary>
    public static string Release => Opened.Value.Release;

    /// <summary>One of its modules, as a path inside the tree.</summary>
    public static string Module => Path.GetRelativePath(Tree, Opened.Value.ModulePaths[0]);

    /// <summary>What its CROSS_COMPILE is when nothing says otherwise.</summary>
    public static KernelArchitecture Architecture => Opened.Value.Architecture;

    private static KernelTree Open()
    {
        DiagnosticBag diagnostics = new();
        return KernelTree.Open(Tree, diagnostics) ?? throw new InvalidOperationException(string.Join('\n', diagnostics));
    }
}
