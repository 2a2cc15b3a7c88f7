using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Livepatch.Modules;

/// <summary>A module's functions by place: which function an offset of a section is in.</summary>
internal sealed class FunctionIndex
{
    private readonly Dictionary<ElfSection, List<ElfSymbol>> functions = [];

    internal FunctionIndex(ElfObject module)
    {
        foreach (ElfSymbol symbol in module.Symbols)
        {
            if (symbol.Type != ElfSymbolType.Function || symbol.Section is not { } section)
                continue;
            if (!functions.TryGetValue(section, out List<ElfSymbol>? list))
                functions.Add(section, list = []);
            list.Add(symbol);
        }

        foreach (List<ElfSymbol> list in functions.Values)
            list.Sort((left, right) => left.Value.CompareTo(right.Value));
    }

    /// <summary>The functions of a section by offset.</summary>
    internal IReadOnlyList<ElfSymbol> In(ElfSection section) => functions.TryGetValue(section, out List<ElfSymbol>? list) ? list : [];

    /// <summary>The function that an offset is in, or null.</summary>
    internal ElfSymbol? At(ElfSection section, ulong offset) =>
        In(section).LastOrDefault(symbol => symbol.Value <= offset && offset < symbol.Value + Math.Max(symbol.Size, 1));
}
