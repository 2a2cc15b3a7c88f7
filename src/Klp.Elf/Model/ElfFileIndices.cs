using Klp.Elf.Constants;

namespace Klp.Elf.Model;

/// <summary>The indices that sections and symbols get in a file. What refers to one that is not there is refused by name.</summary>
internal sealed class ElfFileIndices
{
    private readonly ElfObject source;
    private readonly Dictionary<ElfSection, uint> sections;
    private readonly Dictionary<ElfSymbol, uint> symbols;

    internal ElfFileIndices(ElfObject source, IReadOnlyList<ElfSection> sections, IReadOnlyList<ElfSymbol> symbols)
    {
        this.source = source;
        this.sections = new(sections.Count);
        this.symbols = new(symbols.Count);
        for (int i = 0; i < sections.Count; i++)
            this.sections.Add(sections[i], (uint)i);
        for (int i = 0; i < symbols.Count; i++)
            this.symbols.Add(symbols[i], (uint)i);
    }

    /// <summary>A section's index; 0 for none.</summary>
    /// <param name="section">The section.</param>
    /// <param name="user">What refers to it.</param>
    internal uint Of(ElfSection? section, string user)
    {
        if (section is null)
            return 0;
        return sections.TryGetValue(section, out uint index) ? index : throw Missing(user, section);
    }

    /// <summary>The index of the section that a symbol is in, or its special index.</summary>
    internal uint SectionOf(ElfSymbol symbol)
    {
        if (symbol.Section is null)
            return symbol.SpecialIndex;
        return sections.TryGetValue(symbol.Section, out uint index)
            ? index
            : throw Missing(symbol.Type == ElfSymbolType.Section ? "its section symbol" : $"symbol {symbol.Name}", symbol.Section);
    }

    /// <summary>True for a symbol whose section's index does not fit st_shndx.</summary>
    internal bool NeedsExtended(ElfSymbol symbol) => symbol.Section is not null && SectionOf(symbol) >= ElfSectionIndex.LowReserved;

    /// <summary>A symbol's index; 0 for none.</summary>
    /// <param name="symbol">The symbol.</param>
    /// <param name="user">What refers to it.</param>
    internal uint Of(ElfSymbol? symbol, string user)
    {
        if (symbol is null)
            return 0;
        if (symbols.TryGetValue(symbol, out uint index))
            return index;
        string why = symbol is { OriginalIndex: not null, Owner: null } ? "was removed" : "is not in the object";
        throw new InvalidOperationException($"{source.FileName}: {user} refers to symbol {symbol.Name}, which {why}.");
    }

    private InvalidOperationException Missing(string user, ElfSection section)
    {
        string why = source.OriginalSections.Contains(section) ? "was removed" : "is not in the object";
        return new InvalidOperationException($"{source.FileName}: {user} refers to section {section.Name}, which {why}.");
    }
}
