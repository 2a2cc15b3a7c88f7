namespace Klp.Livepatch.Validation;

/// <summary>What the kernel would find by a symbol's name and position, with its own message where it would refuse.</summary>
/// <param name="Kind">What it would find.</param>
/// <param name="Explanation">Why that is a refusal, as the end of a sentence that names the symbol; empty where it is none.</param>
internal sealed record SymbolFinding(SymbolFindingKind Kind, string Explanation);
