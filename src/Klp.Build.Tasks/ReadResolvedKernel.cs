using Klp.Kbuild.Runs;
using Klp.Kernel.Diagnostics;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Tells the targets what <see cref="ResolveKernel"/> found out, in this build or in an earlier one.</summary>
public sealed class ReadResolvedKernel : KlpTask
{
    /// <summary>What it found out.</summary>
    [Required]
    public string KernelCacheFile { get; set; } = "";

    /// <summary>The kernel's release.</summary>
    [Output]
    public string Release { get; set; } = "";

    /// <summary>The value of <c>ARCH=</c>.</summary>
    [Output]
    public string Architecture { get; set; } = "";

    /// <summary>The symbol database of the kernel.</summary>
    [Output]
    public string Database { get; set; } = "";

    /// <summary>How the kernel's own build compresses modules: <c>none</c>, <c>gzip</c>, <c>xz</c> or <c>zstd</c>.</summary>
    [Output]
    public string Compression { get; set; } = "";

    /// <summary>
    /// The key that the kernel's own build signs modules with; empty where it does not sign, or the tree does not have it.
    /// </summary>
    [Output]
    public string SigningKey { get; set; } = "";

    /// <summary>The certificate of that key.</summary>
    [Output]
    public string SigningCertificate { get; set; } = "";

    /// <summary>The hash that the kernel's own build signs modules with.</summary>
    [Output]
    public string SigningHash { get; set; } = "";

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics)
    {
        KernelCache kernel = KernelCache.Read(Root(KernelCacheFile));
        Release = kernel.Release;
        Architecture = kernel.Architecture;
        Database = kernel.Database;
        Compression = kernel.Compression.ToString().ToLowerInvariant();
        SigningKey = File.Exists(kernel.Signing.KeyPath) ? kernel.Signing.KeyPath : "";
        SigningCertificate = kernel.Signing.CertificatePath;
        SigningHash = kernel.Signing.Hash ?? "";
    }
}
