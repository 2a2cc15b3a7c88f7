namespace Klp.Tool.Output;

/// <summary>The folder in which the SDK keeps what it learnt of kernels, for builds of projects too: as Klp.Build.targets has it.</summary>
internal static class CacheFolder
{
    internal static string Path => System.IO.Path.GetFullPath(System.IO.Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? cache
            : System.IO.Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/tmp", ".cache"),
        "klp-sdk"));
}
