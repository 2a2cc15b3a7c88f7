using Klp.Livepatch.Conversion;
using Klp.Livepatch.Modules;

namespace Klp.Tool.Output;

/// <summary>What is decided about a symbol that the module does not define.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What becomes of it.</param>
/// <param name="Target">The kernel's symbol that it means; null where livepatch does not resolve it.</param>
/// <param name="Reason">Why, in words.</param>
internal sealed record DecidedSymbol(string Name, SymbolDecisionKind Kind, KernelSymbol? Target, string Reason);
