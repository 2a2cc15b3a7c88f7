using Klp.Kernel.Compression;
using Klp.Kernel.Diagnostics;

namespace Klp.Kbuild.Building;

/// <summary>What users call the ways to compress a module, and the ends that they give its file's name.</summary>
public static class CompressionNames
{
    /// <summary>All names, in lower case.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetNames<ModuleCompression>().Select(name => name.ToLowerInvariant())];

    /// <summary>What a name stands for, in any case; null after an error.</summary>
    /// <param name="name">The name.</param>
    /// <param name="diagnostics">Receives an error for a name of none.</param>
    public static ModuleCompression? Find(string name, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        int index = All.ToList().FindIndex(known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (index >= 0)
            return (ModuleCompression)index;
        diagnostics.AddError(
            DiagnosticCodes.CompressionUnknown,
            $"\"{name}\" is no way to compress a module. Set {HostWord.Compression} to {string.Join(", ", All)}, or leave it out "
            + "to compress as "
                + "the kernel is configured.");
        return null;
    }

    /// <summary>The end of a compressed module's file name, after <c>.ko</c>, as in scripts/Makefile.modinst.</summary>
    /// <param name="compression">How it is compressed.</param>
    public static string Extension(ModuleCompression compression) => compression switch
    {
        ModuleCompression.Gzip => ".gz",
        ModuleCompression.Xz => ".xz",
        ModuleCompression.Zstd => ".zst",
        _ => "",
    };
}
