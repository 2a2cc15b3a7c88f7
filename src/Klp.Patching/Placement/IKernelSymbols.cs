using Klp.Livepatch.Modules;

namespace Klp.Patching.Placement;

/// <summary>Knows the symbols by which the units of the kernel refer to each other.</summary>
public interface IKernelSymbols
{
    /// <summary>True for a symbol that vmlinux exports to all modules, without a namespace.</summary>
    /// <param name="name">The symbol's name.</param>
    bool IsExported(string name);

    /// <summary>
    /// The symbol that other units mean by a name: one of the own object, of vmlinux, or an export of a module; null for none.
    /// </summary>
    /// <param name="name">The symbol's name.</param>
    KernelSymbol? FindGlobal(string name);
}
