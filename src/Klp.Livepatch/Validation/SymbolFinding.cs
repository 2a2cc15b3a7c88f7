namespace Klp.Livepatch.Validation;

/// <summary>What the kernel would find by a symbol's name and position.</summary>
/// <param name="Kind">What it would find.</param>
/// <param name="Count">How many symbols of the name the object has.</param>
/// <param name="ResolvedWith">The object whose loading resolves the symbol, and may be refused with it.</param>
internal sealed record SymbolFinding(SymbolFindingKind Kind, int Count, string ResolvedWith);
