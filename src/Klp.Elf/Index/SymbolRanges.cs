using Klp.Elf.Model;

namespace Klp.Elf.Index;

/// <summary>The ranges that symbols of one section cover. They may nest and overlap.</summary>
internal sealed class SymbolRanges
{
    private readonly ElfSymbol[] symbols;
    // The last byte that any symbol up to the one at an index covers: further back none has to be looked at.
    private readonly ulong[] last;

    /// <summary>Takes symbols in the order of their values.</summary>
    internal SymbolRanges(IEnumerable<ElfSymbol> sorted)
    {
        symbols = [.. sorted];
        last = new ulong[symbols.Length];
        ulong farthest = 0;
        for (int i = 0; i < symbols.Length; i++)
            last[i] = farthest = Math.Max(farthest, LastOf(symbols[i]));
    }

    internal ElfSymbol? Covering(ulong offset)
    {
        int behind = offset == ulong.MaxValue ? symbols.Length : symbols.FirstAtOrAfter(offset + 1, symbol => symbol.Value);
        for (int i = behind - 1; i >= 0 && last[i] >= offset; i--)
        {
            if (LastOf(symbols[i]) >= offset)
                return symbols[i];
        }

        return null;
    }

    // The size comes from the file and may reach beyond what 64 bits count.
    private static ulong LastOf(ElfSymbol symbol)
    {
        ulong more = Math.Max(symbol.Size, 1) - 1;
        return more > ulong.MaxValue - symbol.Value ? ulong.MaxValue : symbol.Value + more;
    }
}
