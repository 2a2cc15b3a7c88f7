namespace Klp.Kernel.Symbols;

/// <summary>How often a name occurs in an object.</summary>
/// <param name="ObjectName"><c>vmlinux</c> or a module's run-time name.</param>
/// <param name="Count">The number of symbols of that name: the largest sympos that resolves.</param>
public sealed record SymbolOccurrence(string ObjectName, int Count);
