using Klp.Elf.Constants;
using Klp.Elf.Image;

namespace Klp.Kernel.SymbolTables;

/// <summary>
/// A file named vmlinux that is opened once and stays open: it has hundreds of thousands of symbols, and what uses a kernel
/// tree asks for one name after another. Its symbols are found by a hash of their names. Not for several threads at once.
/// </summary>
public sealed class VmlinuxFile
{
    private readonly Lazy<SymbolNameIndex?> index;

    private readonly byte[] ignoredSuffix;

    private VmlinuxFile(ElfImage image, string? ignoredSuffix)
    {
        Image = image;
        this.ignoredSuffix = System.Text.Encoding.Latin1.GetBytes(ignoredSuffix ?? "");
        index = new Lazy<SymbolNameIndex?>(
            () => image.ReadSymbolTable() is { } symbols ? new SymbolNameIndex(symbols, this.ignoredSuffix) : null);
    }

    /// <summary>The file.</summary>
    public ElfImage Image { get; }

    /// <summary>Its symbol table, read once; null where it has none.</summary>
    /// <exception cref="ElfFormatException">The symbol table is damaged.</exception>
    public ElfSymbolTableView? Symbols => index.Value?.Symbols;

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
}
