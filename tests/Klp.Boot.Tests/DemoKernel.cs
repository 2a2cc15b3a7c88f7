namespace Klp.Boot.Tests;

/// <summary>The kernel that tests boot: KLP_KERNEL_TREE, else the demo kernel of this checkout.</summary>
public static class DemoKernel
{
    private static readonly Lazy<KernelUnderTest> Opened = new(() => KernelUnderTest.Open(FindTree()));

    /// <summary>The kernel. A test without one fails; it neither passes nor is skipped.</summary>
    public static KernelUnderTest Kernel => Opened.Value;

    /// <summary>Its build directory.</summary>
    public static string Tree => Kernel.Tree;

    /// <summary>The path of one of its modules.</summary>
    public static string Module(string name) =>
        Kernel.FindModule(name) ?? throw new InvalidOperationException($"The kernel in '{Tree}' has no module '{name}'.");

    private static string FindTree()
    {
        if (Environment.GetEnvironmentVariable("KLP_KERNEL_TREE") is { Length: > 0 } tree)
            return tree;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "artifacts", "demo-kernel", "build");
            if (Directory.Exists(candidate))
                return candidate;
        }
        throw new InvalidOperationException(
            "These tests boot a kernel, and there is none: run ./build.sh, which sets the demo kernel up, " +
            "or set KLP_KERNEL_TREE to a built kernel tree.");
    }
}
