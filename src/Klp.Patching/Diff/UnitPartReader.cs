using Klp.Elf.Constants;
using Klp.Elf.Index;
using Klp.Elf.Model;

namespace Klp.Patching.Diff;

/// <summary>Finds the parts of a section by its symbols.</summary>
internal static class UnitPartReader
{
    internal static List<UnitPart> Read(ElfDataSection section, ElfIndex index)
    {
        if (section.Flags.HasFlag(ElfSectionFlags.Merge) && section.Flags.HasFlag(ElfSectionFlags.Strings))
            return [Whole(section, PartKind.Strings)];

        bool isCode = section.Flags.HasFlag(ElfSectionFlags.Execute);
        IGrouping<ulong, ElfSymbol>[] places =
            [.. index.SymbolsIn(section)
                .Where(symbol => IsName(symbol, isCode))
                .GroupBy(symbol => symbol.Value)
                .OrderBy(place => place.Key)];
        if (places.Length == 0)
            return section.Size == 0 ? [] : [Whole(section, PartKind.Anonymous)];

        PartKind kind = isCode ? PartKind.Function : PartKind.Variable;
        // What comes before the symbol, as with CALL_OPS, and behind its size, as the code of alternatives, belongs to it.
        if (places is [IGrouping<ulong, ElfSymbol> only] && (isCode || CoversAll(section, only)))
            return [Whole(section, kind, only)];
        // With CALL_OPS the place where ftrace attaches is before the symbol, and behind the function before it.
        ulong[] sites = isCode ? TraceSites(section, index) : [];
        List<UnitPart> parts = [];
        ulong end = 0;
        int site = 0;
        for (int number = 0; number < places.Length; number++)
        {
            while (site < sites.Length && sites[site] < end)
                site++;
            ulong symbol = Math.Min(places[number].Key, section.Size);
            ulong next = number + 1 < places.Length ? places[number + 1].Key : section.Size;
            ulong start = site < sites.Length ? Math.Min(sites[site], symbol) : symbol;
            UnitPart part = Shared(section, kind, places[number], start, next);
            parts.Add(part);
            end = part.Offset + part.Size;
        }

        return parts;
    }

    private static ulong[] TraceSites(ElfDataSection section, ElfIndex index) =>
        [.. index.RelocationsInto(section)
            .Where(reference => SpecialTable.Find(reference.Place.Section.Name)?.IsTraceSites == true)
            .Select(reference => reference.Relocation.Target!.Value.Offset)
            .Order()];

    // Labels of assembler code have no type; the assembler's own ($x, $d, .L…) name nothing.
    private static bool IsName(ElfSymbol symbol, bool isCode) =>
        (isCode ? symbol.Type is ElfSymbolType.Function : symbol.Type is ElfSymbolType.Object or ElfSymbolType.NoType)
        && symbol.Name.Length > 0 && symbol.Name[0] is not '$' && !symbol.Name.StartsWith(".L", StringComparison.Ordinal);

    private static bool CoversAll(ElfDataSection section, IGrouping<ulong, ElfSymbol> place) =>
        place.Key == 0 && place.Max(symbol => symbol.Size) is ulong size && (size == section.Size || size == 0);

    private static UnitPart Whole(ElfDataSection section, PartKind kind, IEnumerable<ElfSymbol>? symbols = null)
    {
        ElfSymbol[] names = [.. Ordered(symbols ?? [])];
        return new UnitPart
        {
            Section = section,
            Offset = 0,
            Size = section.Size,
            Kind = kind,
            Symbol = names.FirstOrDefault(),
            Aliases = [.. names.Skip(1)],
        };
    }

    private static UnitPart Shared(ElfDataSection section, PartKind kind, IGrouping<ulong, ElfSymbol> place, ulong start, ulong next)
    {
        ElfSymbol[] names = [.. Ordered(place)];
        ulong size = names.Max(symbol => symbol.Size);
        ulong symbol = Math.Min(place.Key, section.Size);
        ulong room = Math.Min(next, section.Size) is ulong end && end > place.Key ? end - place.Key : 0;
        // Sizes come from the file. Code of assembler has none; between functions is padding.
        ulong own = size == 0 ? (kind == PartKind.Function ? room : 0) : Math.Min(size, section.Size - symbol);
        return new UnitPart
        {
            Section = section,
            Offset = start,
            Size = symbol - start + own,
            Kind = kind,
            Symbol = names[0],
            Aliases = [.. names.Skip(1)],
            IsShared = true,
        };
    }

    // The kernel's tables name functions by the global name where there is one.
    private static IEnumerable<ElfSymbol> Ordered(IEnumerable<ElfSymbol> symbols) =>
        symbols.OrderBy(symbol => symbol.Binding switch
        {
            ElfSymbolBinding.Global => 0,
            ElfSymbolBinding.Weak => 1,
            _ => 2,
        });
}
