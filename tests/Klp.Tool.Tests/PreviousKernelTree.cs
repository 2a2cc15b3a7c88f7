namespace Klp.Tool.Tests;

/// <summary>The kernel of the series before the demo kernel's, as eng/demo-kernel.sh builds it. A test without it fails.</summary>
internal static class PreviousKernelTree
{
    /// <summary>Its build directory, as an absolute path.</summary>
    internal static string Path
    {
        get
        {
            for (string? folder = AppContext.BaseDirectory; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
            {
                string build = System.IO.Path.Combine(folder, "artifacts", "previous-kernel", "build");
                if (Directory.Exists(build))
                    return build;
            }

            throw new InvalidOperationException("These tests need the kernel of the series before the demo kernel's: run eng/demo-kernel.sh previous-kernel.");
        }
    }
}
