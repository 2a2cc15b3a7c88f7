using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Livepatch.Modules;

/// <summary>A module's variables by place: where the variable that an offset of a section is in ends.</summary>
internal sealed class VariableIndex
{
    private readonly Dictionary<ElfSection, (ulong Start, ulong End)[]> variables;

    internal VariableIndex(ElfObject module) =>
        variables = module.Symbols
            .Where(symbol => symbol is { Type: ElfSymbolType.Object, Section: ElfDataSection { HasContents: true }, Size: > 0 })
            .GroupBy(symbol => symbol.Section!)
            .ToDictionary(
                group => group.Key,
                group => group.Select(symbol => (Start: symbol.Value, End: EndOf(symbol))).OrderBy(variable => variable.Start).ToArray());

    /// <summary>
    /// The end of the variable at an offset, never behind the section's; where no symbol tells, that of the section. 0 for a
    /// section without contents.
    /// </summary>
    internal ulong EndAt(ElfPlace place)
    {
        if (place.Section is not ElfDataSection { HasContents: true })
            return 0;
        if (variables.TryGetValue(place.Section, out (ulong Start, ulong End)[]? all))
        {
            int next = Array.BinarySearch(all, (place.Offset + 1, 0UL));
            int index = (next < 0 ? ~next : next) - 1;
            if (index >= 0 && place.Offset < all[index].End)
                return all[index].End;
        }

        return place.Section.Size;
    }

    private static ulong EndOf(ElfSymbol symbol) =>
        symbol.Size > symbol.Section!.Size - Math.Min(symbol.Value, symbol.Section.Size) ? symbol.Section.Size : symbol.Value + symbol.Size;
}
