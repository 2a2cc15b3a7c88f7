using Klp.Elf.Constants;
using Klp.Elf.Image;

namespace Klp.Elf.Model;

/// <summary>The symbol table of an object (SHT_SYMTAB). An object has at most one.</summary>
public sealed class ElfSymbolTable : ElfSection
{
    private readonly List<ElfSymbol> symbols;

    internal ElfSymbolTable(string name, List<ElfSymbol> symbols)
        : base(name, ElfSectionType.SymbolTable) => this.symbols = symbols;

    /// <summary>
    /// The symbols; the one at index 0 is the null symbol. They are written in this order, but the local ones before all others
    /// (gABI, "Symbol Table").
    /// </summary>
    public IReadOnlyList<ElfSymbol> Symbols => symbols;

    /// <inheritdoc/>
    public override ulong Size => (ulong)symbols.Count * ElfSymbolEntry.EntryBytes;

    /// <summary>True when symbols that were read were removed.</summary>
    internal bool LostSymbols { get; private set; }

    /// <summary>Adds a symbol after the last one.</summary>
    /// <param name="symbol">A symbol that is in no table.</param>
    /// <exception cref="ArgumentException">It is in a table already.</exception>
    public void AddSymbol(ElfSymbol symbol)
    {
        ArgumentNullException.ThrowIfNull(symbol);
        if (symbol.Owner is not null)
            throw new ArgumentException($"Symbol {symbol.Name} is in a symbol table already.", nameof(symbol));
        symbol.Owner = this;
        symbols.Add(symbol);
    }

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
        return symbols.RemoveAll(symbol =>
        {
            if (symbol == nullSymbol || !match(symbol))
                return false;
            symbol.Owner = null;
            // In another table the name is somewhere else.
            symbol.NameOffset = null;
            LostSymbols |= symbol.OriginalIndex is not null;
            return true;
        });
    }

    /// <summary>The symbols by the index that they get in the file.</summary>
    internal IReadOnlyList<ElfSymbol> InFileOrder()
    {
        int locals = ElfObjectWriter.FirstNonLocal(symbols);
        if (symbols.FindIndex(locals, symbol => symbol.Binding == ElfSymbolBinding.Local) < 0)
            return symbols;
        return
        [
            symbols[0],
            .. symbols.Skip(1).Where(symbol => symbol.Binding == ElfSymbolBinding.Local),
            .. symbols.Skip(1).Where(symbol => symbol.Binding != ElfSymbolBinding.Local),
        ];
    }
}
