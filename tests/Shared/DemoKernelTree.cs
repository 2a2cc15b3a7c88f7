namespace Klp.Tests;

/// <summary>The kernel that the tests work with: KLP_KERNEL_TREE, else the demo kernel of the checkout. A test without one fails; it neither passes nor is skipped.</summary>
internal static class DemoKernelTree
{
    private static readonly Lazy<string> Found = new(Find);

    /// <summary>Its build directory, as an absolute path.</summary>
    internal static string Path => Found.Value;

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("KLP_KERNEL_TREE") is { Length: > 0 } own)
            return Directory.Exists(own) ? System.IO.Path.GetFullPath(own) : throw new InvalidOperationException($"KLP_KERNEL_TREE is '{own}', which is not a folder.");
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            string build = System.IO.Path.Combine(folder, "artifacts", "demo-kernel", "build");
            if (Directory.Exists(build))
                return build;
        }

        throw new InvalidOperationException("These tests need a built kernel: run ./build.sh, which makes the demo kernel, or set KLP_KERNEL_TREE to a kernel's build directory.");
    }
}
