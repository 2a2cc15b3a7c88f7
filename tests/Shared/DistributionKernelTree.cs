namespace Klp.Tests;

/// <summary>The headers of Debian's x86-64 kernels, as eng/distribution-kernel.sh unpacks them. A test without them fails; it neither passes nor is skipped.</summary>
internal static class DistributionKernelTree
{
    private static readonly Lazy<string> Found = new(() => Find("distribution"));

    /// <summary>The directory of those of the distribution's own kernel, as an absolute path.</summary>
    internal static string Path => Found.Value;

    /// <summary>Finds the headers of one of them.</summary>
    /// <param name="name">"distribution" for the distribution's own kernel, "backports" for that of backports.</param>
    internal static string Find(string name)
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            string sources = System.IO.Path.Combine(folder, "artifacts", name + "-kernel", "root", "usr", "src");
            string? headers = (Directory.Exists(sources) ? Directory.GetDirectories(sources, "linux-headers-*") : [])
                .SingleOrDefault(headers => File.Exists(System.IO.Path.Combine(headers, ".config")));
            if (headers is not null)
                return headers;
        }

        throw new InvalidOperationException($"These tests need the x86-64 kernel of the {name}, and its packages are not unpacked: run eng/distribution-kernel.sh {name}-kernel, which does that without installing them.");
    }
}
