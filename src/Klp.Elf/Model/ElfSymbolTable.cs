namespace Klp.Elf;

/// <summary>The symbol table of an object (SHT_SYMTAB). An object has at most one.</summary>
public sealed class ElfSymbolTable : ElfSection
{
    private readonly List<ElfSymbol> symbols;

    internal ElfSymbolTable(string name, List<ElfSymbol> symbols)
        : base(name, ElfSectionType.SymbolTable) => this.symbols = symbols;

    /// <summary>The symbols by index; the one at index 0 is the null symbol.</summary>
    public IReadOnlyList<ElfSymbol> Symbols => symbols;

    /// <inheritdoc/>
    public override ulong Size => (ulong)symbols.Count * ElfSymbolEntry.EntryBytes;

    /// <summary>True when symbols were removed, so that indices differ from the file that was read.</summary>
    internal bool IsRenumbered { get; private set; }

    /// <summary>
    /// Removes symbols; the others keep their order. Relocations that refer to a removed symbol make
    /// <see cref="ElfObject.ToArray"/> fail, so remove those first.
    /// </summary>
    /// <param name="match">Which symbols; never asked about the null symbol.</param>
    /// <returns>How many were removed.</returns>
    public int RemoveSymbols(Predicate<ElfSymbol> match)
    {
        ArgumentNullException.ThrowIfNull(match);
        ElfSymbol nullSymbol = symbols[0];
        int removed = symbols.RemoveAll(symbol => symbol != nullSymbol && match(symbol));
        IsRenumbered |= removed > 0;
        return removed;
    }
}
