namespace Klp.Tests;

/// <summary>The headers of the distribution's own x86-64 kernel, as eng/distribution-kernel.sh unpacks them. A test without them fails; it neither passes nor is skipped.</summary>
internal static class DistributionKernelTree
{
    private static readonly Lazy<string> Found = new(Find);

    /// <summary>Their directory, as an absolute path.</summary>
    internal static string Path => Found.Value;

    private static string Find()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            string sources = System.IO.Path.Combine(folder, "artifacts", "distribution-kernel", "root", "usr", "src");
            string? headers = (Directory.Exists(sources) ? Directory.GetDirectories(sources, "linux-headers-*") : [])
                .SingleOrDefault(headers => File.Exists(System.IO.Path.Combine(headers, ".config")));
            if (headers is not null)
                return headers;
        }

        throw new InvalidOperationException("These tests need the distribution's own x86-64 kernel, and its packages are not unpacked: run eng/distribution-kernel.sh, which does that without installing them.");
    }
}
