using Klp.Elf.Model;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Conversion;

/// <summary>The decision about one undefined symbol of a module.</summary>
/// <param name="Symbol">The symbol.</param>
/// <param name="Name">Its name before the conversion.</param>
/// <param name="Kind">What is done.</param>
/// <param name="Target">The symbol of the kernel, for <see cref="SymbolDecisionKind.Livepatch"/>; else null.</param>
/// <param name="PatchedObject">The patched object an annotation names for all its uses, or null to decide for each use.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record SymbolDecision(
    ElfSymbol Symbol,
    string Name,
    SymbolDecisionKind Kind,
    KernelSymbol? Target,
    string? PatchedObject,
    string Reason);
