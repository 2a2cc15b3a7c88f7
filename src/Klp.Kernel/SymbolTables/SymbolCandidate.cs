namespace Klp.Kernel.SymbolTables;

/// <summary>One of the symbols of a name in an object, described for a person who has to choose one.</summary>
/// <param name="Sympos">1-based position among the symbols of that name in the object.</param>
/// <param name="SectionName">The section that holds it, or null when it is in none, as an absolute symbol.</param>
/// <param name="Value">In a module the offset in the section in bytes; in vmlinux the link-time virtual address.</param>
/// <param name="Size">Size in bytes; 0 when unknown.</param>
/// <param name="IsFunction">True for a function, false for data.</param>
/// <param name="SourceFile">
/// The source file: its name without folders, or its path in the kernel's source where that was looked for and found; null where
/// nothing tells.
/// </param>
public sealed record SymbolCandidate(int Sympos, string? SectionName, ulong Value, ulong Size, bool IsFunction, string? SourceFile)
{
    /// <summary>True for what is certainly no code. Assembly has symbols that say neither.</summary>
    public bool IsData { get; init; }

    /// <summary>True for a name that the linker knows in all units: a binding other than STB_LOCAL.</summary>
    public bool IsGlobal { get; init; }

    /// <summary>Its whole name, where the kernel finds it by a part of that; else null.</summary>
    public string? FullName { get; init; }

    /// <summary>Its index in the symbol table that it was read from; 0 where it is from another list.</summary>
    public int TableIndex { get; init; }
}
