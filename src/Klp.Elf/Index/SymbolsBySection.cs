using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Elf.Index;

/// <summary>An object's symbols by the section that defines them.</summary>
internal sealed class SymbolsBySection
{
    private readonly Dictionary<ElfSection, ElfSymbol[]> bySection;
    private readonly Dictionary<(ElfSection Section, ElfSymbolType Type), SymbolRanges> ranges = [];

    internal SymbolsBySection(IEnumerable<ElfSymbol> symbols) =>
        bySection = symbols
            .Where(symbol => symbol.Section is not null)
            .GroupBy(symbol => symbol.Section!)
            .ToDictionary(group => group.Key, group => group.OrderBy(symbol => symbol.Value).ToArray());

    internal IReadOnlyList<ElfSymbol> In(ElfSection section) => bySection.TryGetValue(section, out ElfSymbol[]? all) ? all : [];

    internal ElfSymbol? Covering(ElfPlace place, ElfSymbolType type)
    {
        if (!ranges.TryGetValue((place.Section, type), out SymbolRanges? found))
            ranges.Add((place.Section, type), found = new SymbolRanges(In(place.Section).Where(symbol => symbol.Type == type)));
        return found.Covering(place.Offset);
    }

    internal ElfSymbol? SectionSymbol(ElfSection section) => In(section).FirstOrDefault(symbol => symbol.Type == ElfSymbolType.Section);
}
