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
        UnitPart[] parts = [.. places.Select(
            (place, number) => Shared(section, kind, place, number + 1 < places.Length ? places[number + 1].Key : section.Size))];
        return isCode ? WithPrefixes(parts, TraceSites(section, index)) : [.. parts];
    }

    // With CALL_OPS the places where ftrace attaches begin before the symbol.
    private static List<UnitPart> WithPrefixes(UnitPart[] parts, ulong[] sites)
    {
        List<UnitPart> all = [];
        ulong end = 0;
        foreach (UnitPart part in parts)
        {
            ulong start = sites.Where(site => site >= end && site < part.Offset).DefaultIfEmpty(part.Offset).Min();
            all.Add(start == part.Offset ? part : Extended(part, start));
            end = part.Offset + part.Size;
        }

        return all;
    }

    private static ulong[] TraceSites(ElfDataSection section, ElfIndex index) =>
        [.. index.RelocationsInto(section)
            .Where(reference => SpecialTable.Find(reference.Place.Section.Name)?.IsTraceSites == true)
            .Select(reference => reference.Relocation.Target!.Value.Offset)];

    private static UnitPart Extended(UnitPart part, ulong start) => new()
    {
        Section = part.Section,
        Offset = start,
        Size = part.Offset + part.Size - start,
        Kind = part.Kind,
        Symbol = part.Symbol,
        Aliases = part.Aliases,
        IsShared = true,
    };

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

    private static UnitPart Shared(ElfDataSection section, PartKind kind, IGrouping<ulong, ElfSymbol> place, ulong next)
    {
        ElfSymbol[] names = [.. Ordered(place)];
        ulong size = names.Max(symbol => symbol.Size);
        ulong room = Math.Min(next, section.Size) is ulong end && end > place.Key ? end - place.Key : 0;
        // Sizes come from the file. Code of assembler has none; between functions is padding.
        return new UnitPart
        {
            Section = section,
            Offset = Math.Min(place.Key, section.Size),
            Size = size == 0 ? (kind == PartKind.Function ? room : 0) : Math.Min(size, section.Size - Math.Min(place.Key, section.Size)),
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
