using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;

namespace Klp.Kernel.Compression;

/// <summary>
/// Compresses modules as scripts/Makefile.modinst of the kernel does, so that kmod and the kernel itself
/// (CONFIG_MODULE_DECOMPRESS) can read them. The same module and the same library give the same bytes.
/// </summary>
public static class ModuleCompressor
{
    // Since then the options say how the kernel reads modules, and this one whether modules_install compresses them.
    private static readonly KernelVersion HasOptionForAll = new(6, 12);

    /// <summary>How a kernel is configured to compress its modules as they are installed.</summary>
    /// <param name="config">The kernel's configuration.</param>
    /// <param name="version">The kernel's version.</param>
    public static ModuleCompression Of(KernelConfig config, KernelVersion version)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (version >= HasOptionForAll && !config.IsEnabled("MODULE_COMPRESS_ALL"))
            return ModuleCompression.None;
        if (config.IsEnabled("MODULE_COMPRESS_GZIP"))
            return ModuleCompression.Gzip;
        if (config.IsEnabled("MODULE_COMPRESS_XZ"))
            return ModuleCompression.Xz;
        return config.IsEnabled("MODULE_COMPRESS_ZSTD") ? ModuleCompression.Zstd : ModuleCompression.None;
    }

    /// <summary>Compresses a module.</summary>
    /// <param name="module">The finished module, signed if it is to be.</param>
    /// <param name="compression">How.</param>
    /// <param name="diagnostics">Receives an error where the library for it is not installed.</param>
    /// <returns>The compressed module, or null after an error.</returns>
    public static byte[]? Compress(byte[] module, ModuleCompression compression, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(diagnostics);
        try
        {
            return compression switch
            {
                ModuleCompression.Gzip => GzipEncoder.Encode(module),
                ModuleCompression.Xz => XzEncoder.Encode(module),
                ModuleCompression.Zstd => ZstdEncoder.Encode(module),
                _ => module,
            };
        }
        catch (Exception problem) when (problem is DllNotFoundException or EntryPointNotFoundException)
        {
            diagnostics.Add(CompressionMessages.LibraryMissing("xz", XzLibrary.Name, XzLibrary.Package));
            return null;
        }
    }
}
