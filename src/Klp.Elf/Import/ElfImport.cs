using Klp.Elf.Model;

namespace Klp.Elf.Import;

/// <summary>What an import made: which sections and symbols of the target are those of the source.</summary>
public sealed class ElfImport
{
    private readonly IReadOnlyDictionary<ElfSection, ElfSection> sections;
    private readonly IReadOnlyDictionary<ElfSymbol, ElfSymbol> symbols;

    internal ElfImport(IReadOnlyDictionary<ElfSection, ElfSection> sections, IReadOnlyDictionary<ElfSymbol, ElfSymbol> symbols)
    {
        this.sections = sections;
        this.symbols = symbols;
    }

    /// <summary>The target's section that is a copy of one of the source, or null where that was not taken.</summary>
    /// <param name="section">A section of the source.</param>
    public ElfSection? Find(ElfSection section) => sections.GetValueOrDefault(section);

    /// <summary>The target's symbol that a symbol of the source became, or null where that was not taken.</summary>
    /// <param name="symbol">A symbol of the source.</param>
    public ElfSymbol? Find(ElfSymbol symbol) => symbols.GetValueOrDefault(symbol);
}
