using System.Text;
using Klp.Elf.Image;
using Klp.Kernel.Kallsyms;

namespace Klp.Kernel.SymbolTables;

/// <summary>Finds the symbols of a name in a symbol table: in chains of one hash each.</summary>
internal sealed class SymbolNameIndex
{
    private readonly byte[] ignoredSuffix;
    private readonly int[] first;
    private readonly int[] next;

    /// <summary>Indexes a symbol table.</summary>
    /// <param name="symbols">The table.</param>
    /// <param name="ignoredSuffix">What begins the part of names that is left out; empty for none.</param>
    internal SymbolNameIndex(ElfSymbolTableView symbols, byte[] ignoredSuffix)
    {
        Symbols = symbols;
        this.ignoredSuffix = ignoredSuffix;
        next = new int[symbols.Count];
        first = new int[symbols.Count + 1];
        // From the last to the first, so that a chain has the order of the table. The null symbol ends it.
        for (int i = symbols.Count - 1; i > 0; i--)
        {
            int bucket = BucketOf(NameOf(i));
            next[i] = first[bucket];
            first[bucket] = i;
        }
    }

    /// <summary>The symbol table.</summary>
    internal ElfSymbolTableView Symbols { get; }

    /// <summary>The indices of a name's symbols, in the order of the table.</summary>
    /// <param name="name">The name, one character a byte (ISO 8859-1).</param>
    internal IEnumerable<int> Find(string name)
    {
        byte[] wanted = Encoding.Latin1.GetBytes(name);
        for (int i = first[BucketOf(wanted)]; i > 0; i = next[i])
        {
            if (NameOf(i).SequenceEqual(wanted))
                yield return i;
        }
    }

    private ReadOnlySpan<byte> NameOf(int index) => KallsymsName.AsCompared(Symbols.NameMemory(Symbols[index]).Span, ignoredSuffix);

    // FNV-1a.
    private int BucketOf(ReadOnlySpan<byte> name)
    {
        const uint basis = 2166136261, prime = 16777619;
        uint hash = basis;
        foreach (byte letter in name)
            hash = (hash ^ letter) * prime;
        return (int)(hash % (uint)first.Length);
    }
}
