using Klp.Kbuild.Building;
using Klp.Kernel.Compression;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Files;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Compresses a finished module, as the kernel's build does when it installs one.</summary>
public sealed class CompressLivepatch : StageTask
{
    /// <summary>The module, signed if it is to be.</summary>
    [Required]
    public string Module { get; set; } = "";

    /// <summary>How: <c>gzip</c>, <c>xz</c> or <c>zstd</c>.</summary>
    [Required]
    public string Compression { get; set; } = "";

    /// <summary>Receives the compressed module.</summary>
    [Required]
    public string Output { get; set; } = "";

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics)
    {
        Log.LogMessage(MessageImportance.Normal, "Compressing {0} with {1}.", Path.GetFileName(Module), Compression);
        if (CompressionNames.Find(Compression, diagnostics) is { } compression
            && ModuleCompressor.Compress(File.ReadAllBytes(Root(Module)), compression, diagnostics) is { } compressed)
        {
            AtomicFile.WriteAllBytes(Root(Output), compressed);
        }
    }
}
