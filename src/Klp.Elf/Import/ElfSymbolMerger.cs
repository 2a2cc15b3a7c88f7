using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Elf.Import;

/// <summary>
/// Adds the symbols that a map takes to a target. Symbols that are not local stand for one thing by their name (gABI, "Symbol
/// Table"), so that they become one with those of the target: a definition takes the place of what was undefined.
/// </summary>
internal sealed class ElfSymbolMerger(ElfImportMap map, ElfObject target)
{
    private const byte VisibilityMask = 3;

    private readonly Dictionary<ElfSymbol, ElfSymbol> merged = [];
    private readonly Dictionary<string, ElfSymbol> byName = target.Symbols
        .Where(symbol => symbol.Binding != ElfSymbolBinding.Local)
        .GroupBy(symbol => symbol.Name, StringComparer.Ordinal)
        .ToDictionary(
            group => group.Key, group => group.FirstOrDefault(symbol => !symbol.IsUndefined) ?? group.First(), StringComparer.Ordinal);

    /// <exception cref="InvalidOperationException">
    /// A symbol would be defined twice, or be replaced by one of an object that is not the target.
    /// </exception>
    internal void Check()
    {
        HashSet<string> defined = [];
        foreach ((ElfSymbol symbol, ElfSymbolImport decision) in Decisions())
        {
            if (decision.Other is { Owner: { } owner } && owner != target.SymbolTable)
                throw Refused($"symbol {symbol.Name} would be replaced by {decision.Other.Name}, which is not in {target.FileName}");
            if (decision.Kind != ElfSymbolImportKind.AsItIs || symbol.Binding == ElfSymbolBinding.Local || symbol.IsUndefined)
                continue;
            if (!defined.Add(symbol.Name) || byName.GetValueOrDefault(symbol.Name) is { IsUndefined: false })
                throw Refused($"symbol {symbol.Name} would be defined twice in {target.FileName}");
        }
    }

    /// <summary>Adds the symbols, and tells for each of the source what it became.</summary>
    /// <param name="sections">The target's sections by those of the source.</param>
    internal IReadOnlyDictionary<ElfSymbol, ElfSymbol> Merge(IReadOnlyDictionary<ElfSection, ElfSection> sections)
    {
        foreach ((ElfSymbol symbol, ElfSymbolImport decision) in Decisions())
        {
            ElfSymbol other = decision.Kind switch
            {
                ElfSymbolImportKind.Undefined => Undefined(symbol, decision.Name!),
                ElfSymbolImportKind.Replaced => decision.Other!,
                _ when symbol.Binding == ElfSymbolBinding.Local => Copy(symbol, symbol.Name),
                _ when symbol.IsUndefined => Undefined(symbol, symbol.Name),
                _ => Definition(symbol),
            };
            if (other.Owner is null)
                Add(other);
            if (decision.Kind == ElfSymbolImportKind.AsItIs && symbol.Section is { } section)
                other.Section = sections[section];
            merged.Add(symbol, other);
        }

        return merged;
    }

    private IEnumerable<(ElfSymbol Symbol, ElfSymbolImport Decision)> Decisions()
    {
        foreach (ElfSymbol symbol in map.Source.Symbols.Skip(1))
        {
            if (map.Of(symbol) is { } decision)
                yield return (symbol, decision);
        }
    }

    private void Add(ElfSymbol symbol)
    {
        target.SymbolTable!.AddSymbol(symbol);
        if (symbol.Binding != ElfSymbolBinding.Local)
            byName.TryAdd(symbol.Name, symbol);
    }

    private ElfSymbol Undefined(ElfSymbol symbol, string name)
    {
        bool isWeak = symbol is { IsUndefined: true, Binding: ElfSymbolBinding.Weak };
        if (byName.TryGetValue(name, out ElfSymbol? known))
        {
            // Where one reference needs it, it is needed.
            if (known is { IsUndefined: true, Binding: ElfSymbolBinding.Weak } && !isWeak)
                known.Binding = ElfSymbolBinding.Global;
            return known;
        }

        // What a definition says of its type, size and entry is not said of a reference.
        ElfSymbol made = symbol.IsUndefined ? Copy(symbol, name) : new ElfSymbol(name);
        if (!symbol.IsUndefined || symbol.Binding == ElfSymbolBinding.Local)
            made.Binding = ElfSymbolBinding.Global;
        return made;
    }

    private ElfSymbol Definition(ElfSymbol symbol)
    {
        if (!byName.TryGetValue(symbol.Name, out ElfSymbol? known))
            return Copy(symbol, symbol.Name);
        byte visibility = Stricter(known.Other, symbol.Other);
        CopyTo(known, symbol);
        known.Other = (byte)((symbol.Other & ~VisibilityMask) | visibility);
        return known;
    }

    private static ElfSymbol Copy(ElfSymbol symbol, string name)
    {
        ElfSymbol copy = new(name);
        CopyTo(copy, symbol);
        return copy;
    }

    private static void CopyTo(ElfSymbol copy, ElfSymbol symbol)
    {
        copy.Value = symbol.Value;
        copy.Size = symbol.Size;
        copy.Binding = symbol.Binding;
        copy.Type = symbol.Type;
        copy.Other = symbol.Other;
        copy.SetSpecialIndex(symbol.SpecialIndex);
    }

    // STV_INTERNAL (1) is stricter than STV_HIDDEN (2), that than STV_PROTECTED (3), and STV_DEFAULT (0) the least.
    private static byte Stricter(byte one, byte other)
    {
        int first = one & VisibilityMask;
        int second = other & VisibilityMask;
        return (byte)(first == 0 ? second : second == 0 ? first : Math.Min(first, second));
    }

    private InvalidOperationException Refused(string problem) => new($"{map.Source.FileName} cannot be imported: {problem}.");
}
