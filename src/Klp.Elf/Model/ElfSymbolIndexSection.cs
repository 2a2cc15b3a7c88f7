using Klp.Elf.Constants;

namespace Klp.Elf.Model;

/// <summary>
/// The section indices of symbols where they do not fit st_shndx (SHT_SYMTAB_SHNDX; gABI, "Symbol Table").
/// Its contents are derived when written.
/// </summary>
public sealed class ElfSymbolIndexSection : ElfSection
{
    /// <summary>Size of an index in bytes.</summary>
    internal const int IndexBytes = 4;

    private readonly IReadOnlyList<ElfSymbol> symbols;

    /// <summary>Creates the section for a symbol table that has none.</summary>
    /// <param name="name">The name, its dot included.</param>
    /// <param name="symbolTable">The symbol table.</param>
    public ElfSymbolIndexSection(string name, ElfSymbolTable symbolTable)
        : this(name, (symbolTable ?? throw new ArgumentNullException(nameof(symbolTable))).Symbols)
    {
        Link = symbolTable;
        Alignment = IndexBytes;
        EntrySize = IndexBytes;
    }

    internal ElfSymbolIndexSection(string name, IReadOnlyList<ElfSymbol> symbols)
        : base(name, ElfSectionType.SymbolTableIndices) => this.symbols = symbols;

    /// <inheritdoc/>
    public override ulong Size => (ulong)symbols.Count * IndexBytes;
}
