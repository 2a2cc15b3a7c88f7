namespace Klp.Kernel.Compression;

/// <summary>How <c>make modules_install</c> compresses modules (kernel/module/Kconfig, "Module compression type").</summary>
public enum ModuleCompression
{
    /// <summary>Not at all: <c>.ko</c>.</summary>
    None,

    /// <summary>CONFIG_MODULE_COMPRESS_GZIP: <c>.ko.gz</c>.</summary>
    Gzip,

    /// <summary>CONFIG_MODULE_COMPRESS_XZ: <c>.ko.xz</c>.</summary>
    Xz,

    /// <summary>CONFIG_MODULE_COMPRESS_ZSTD: <c>.ko.zst</c>.</summary>
    Zstd,
}
