using Klp.Kernel.Facts;

namespace Klp.Kernel.Modules;

/// <summary>A symbol that the kernel or a module exports.</summary>
/// <param name="Name">The symbol's name.</param>
/// <param name="ObjectName"><c>vmlinux</c> or the module's run-time name.</param>
/// <param name="IsGplOnly">True for EXPORT_SYMBOL_GPL: only for modules of a GPL-compatible license.</param>
/// <param name="Namespace">The namespace a user must import, or an empty string.</param>
public sealed record ExportedSymbol(string Name, string ObjectName, bool IsGplOnly, string Namespace)
{
    /// <summary>The checksum of its declaration with CONFIG_MODVERSIONS; null where it is not known or has none.</summary>
    public uint? Crc { get; init; }

    /// <summary>True when the kernel itself exports the symbol.</summary>
    public bool IsFromVmlinux => ObjectName == ModuleName.Vmlinux;
}
