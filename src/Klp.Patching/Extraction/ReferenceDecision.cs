using Klp.Livepatch.Modules;
using Klp.Patching.Diff;

namespace Klp.Patching.Extraction;

/// <summary>What becomes of a relocation of extracted code.</summary>
/// <param name="Kind">Where it leads to.</param>
/// <param name="Part">The part, where that is extracted as well.</param>
/// <param name="SymbolName">The symbol's name, where it is none of the unit.</param>
/// <param name="Symbol">The kernel's symbol, where livepatch resolves it.</param>
/// <param name="Addend">From the part's beginning or the symbol, in bytes.</param>
public sealed record ReferenceDecision(ReferenceKind Kind, UnitPart? Part, string? SymbolName, KernelSymbol? Symbol, long Addend);
