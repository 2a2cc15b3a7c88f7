namespace Klp.Livepatch.Kernel;

/// <summary>One of the symbols of a name in an object, described for a person who has to choose one.</summary>
/// <param name="Sympos">1-based position among the symbols of that name in the object.</param>
/// <param name="SectionName">The section that holds it, or null when it is in none, as an absolute symbol.</param>
/// <param name="Value">In a module the offset in the section in bytes; in vmlinux the link-time virtual address.</param>
/// <param name="Size">Size in bytes; 0 when unknown.</param>
/// <param name="IsFunction">True for a function, false for data.</param>
/// <param name="SourceFile">The name of the source file without folders, or null where the symbol table does not tell.</param>
public sealed record SymbolCandidate(int Sympos, string? SectionName, ulong Value, ulong Size, bool IsFunction, string? SourceFile);
