using Klp.Kernel.Images;

namespace Klp.Kernel.Trees;

/// <summary>
/// Which file of a kernel serves what. A file counts for what it holds and not for its name (<see cref="VmlinuxContents"/>);
/// what is passed over is told.
/// </summary>
internal sealed record KernelFiles
{
    /// <summary>What the symbol database is made from.</summary>
    internal required SymbolSources Sources { get; init; }

    /// <summary>A file with the kernel's BTF, an ELF file or nothing but BTF; null where only the image can have it.</summary>
    internal required string? BtfPath { get; init; }

    /// <summary>An ELF file with the kernel's DWARF, or null.</summary>
    internal required string? DwarfPath { get; init; }

    /// <summary>The image that the distribution boots, or null.</summary>
    internal required string? InstalledImagePath { get; init; }
}
