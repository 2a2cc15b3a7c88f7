using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Kernel.Kallsyms;

namespace Klp.Kernel.SymbolTables;

/// <summary>
/// A file named vmlinux that is opened once and stays open: it has hundreds of thousands of symbols, and what uses a kernel
/// tree asks for one name after another. Its symbols are found by a hash of their names. Not for several threads at once.
/// </summary>
public sealed class VmlinuxFile
{
    private readonly Lazy<NameIndex?> index;

    private readonly byte[] ignoredSuffix;

    private VmlinuxFile(ElfImage image, string? ignoredSuffix)
    {
        Image = image;
        this.ignoredSuffix = System.Text.Encoding.Latin1.GetBytes(ignoredSuffix ?? "");
        index = new Lazy<NameIndex?>(() => image.ReadSymbolTable() is { } symbols ? new NameIndex(symbols, this.ignoredSuffix) : null);
    }

    /// <summary>The file.</summary>
    public ElfImage Image { get; }

    /// <summary>Its symbol table, read once; null where it has none.</summary>
    /// <exception cref="ElfFormatException">The symbol table is damaged.</exception>
    internal ElfSymbolTableView? Symbols => index.Value?.Symbols;

    /// <summary>Opens a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="ignoredSuffix">What begins the part of names that the kernel leaves out as it looks for one; null for none.</param>
    /// <exception cref="ElfFormatException">It is not a well-formed ELF64 file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static VmlinuxFile Open(string path, string? ignoredSuffix) => new(ElfImage.Open(path), ignoredSuffix);

    /// <summary>The symbols of a name, by position; none where the file has no symbol table.</summary>
    /// <exception cref="ElfFormatException">The symbol table is damaged.</exception>
    internal IReadOnlyList<SymbolCandidate> Find(string name) =>
        index.Value is { } symbols ? SymbolCandidates.InVmlinux(Image, symbols.Symbols, symbols.Find(name), ignoredSuffix) : [];

    /// <summary>Symbols in chains of one hash each.</summary>
    private sealed class NameIndex
    {
        private readonly byte[] ignoredSuffix;
        private readonly int[] first;
        private readonly int[] next;

        internal NameIndex(ElfSymbolTableView symbols, byte[] ignoredSuffix)
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

        internal ElfSymbolTableView Symbols { get; }

        internal IEnumerable<int> Find(string name)
        {
            byte[] wanted = System.Text.Encoding.Latin1.GetBytes(name);
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
}
