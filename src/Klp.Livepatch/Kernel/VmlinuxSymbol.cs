namespace Klp.Livepatch.Kernel;

/// <summary>A symbol of vmlinux of which there are several with one name.</summary>
/// <param name="Sympos">1-based position among the symbols of that name, by address.</param>
/// <param name="Address">Link-time virtual address.</param>
/// <param name="Size">Size in bytes; 0 when unknown.</param>
/// <param name="IsFunction">True for a function, false for data.</param>
/// <param name="SourceFile">The name of the source file without folders, or null where vmlinux does not know it.</param>
public sealed record VmlinuxSymbol(int Sympos, ulong Address, ulong Size, bool IsFunction, string? SourceFile);
