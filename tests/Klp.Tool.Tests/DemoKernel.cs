namespace Klp.Tool.Tests;

/// <summary>The kernel tree that the tests work with.</summary>
internal static class DemoKernel
{
    /// <summary>The build directory: KLP_KERNEL_TREE, or the demo kernel of the checkout.</summary>
    internal static string Tree { get; } = Find();

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("KLP_KERNEL_TREE") is { Length: > 0 } named)
            return named;
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string candidate = Path.Combine(folder, "artifacts/demo-kernel/build");
            if (File.Exists(Path.Combine(candidate, "vmlinux")))
                return candidate;
        }

        throw new InvalidOperationException("There is no demo kernel. Run ./build.sh, or set KLP_KERNEL_TREE to a built kernel tree.");
    }
}
