using System.Text;
using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Kernel.Kallsyms;
using Klp.Kernel.Modules;

namespace Klp.Kernel.SymbolTables;

/// <summary>
/// Finds the symbols of one name with what the symbol table tells of each. The source file is in the STT_FILE symbol
/// before a file's local symbols.
/// </summary>
public static class SymbolCandidates
{
    /// <summary>Finds every symbol of a name in vmlinux.</summary>
    /// <param name="vmlinux">The linked kernel.</param>
    /// <param name="name">The name.</param>
    /// <param name="ignoredSuffix">What begins the part of their names that the kernel leaves out; null for none.</param>
    /// <returns>The symbols by position, which is by address; empty when vmlinux has no symbol table or no such symbol.</returns>
    /// <exception cref="ElfFormatException">The symbol table is damaged.</exception>
    public static IReadOnlyList<SymbolCandidate> InVmlinux(ElfImage vmlinux, string name, string? ignoredSuffix = null)
    {
        ArgumentNullException.ThrowIfNull(vmlinux);
        // OrderBy is stable: symbols at one address keep the order of the table.
        return Numbered(Find(vmlinux, name, _ => true, ignoredSuffix).OrderBy(symbol => symbol.Value));
    }

    /// <summary>Describes symbols of vmlinux that have one name.</summary>
    /// <param name="vmlinux">The linked kernel.</param>
    /// <param name="symbols">Its symbol table.</param>
    /// <param name="indices">Their indices in the table, in its order.</param>
    /// <param name="ignoredSuffix">What begins the part of their names that the kernel leaves out; empty for none.</param>
    internal static IReadOnlyList<SymbolCandidate> InVmlinux(
        ElfImage vmlinux, ElfSymbolTableView symbols, IEnumerable<int> indices, byte[] ignoredSuffix) =>
        Numbered(indices
            .Where(index => symbols[index].Type != ElfSymbolType.File && symbols[index].SectionIndex != ElfSectionIndex.Undefined)
            .Select(index => Describe(vmlinux, symbols, index, FileBefore(symbols, index), ignoredSuffix))
            .OrderBy(symbol => symbol.Value));

    /// <summary>Finds every symbol of a name that a module has while it runs.</summary>
    /// <param name="module">The module.</param>
    /// <param name="name">The name.</param>
    /// <returns>The symbols by position, which is the order of the symbol table.</returns>
    /// <exception cref="ElfFormatException">The symbol table is missing or damaged.</exception>
    public static IReadOnlyList<SymbolCandidate> InModule(ElfImage module, string name)
    {
        ModuleSymbolView view = new(module);
        return Numbered(Find(module, name, symbol => view.IsCore(symbol)));
    }

    /// <summary>Describes symbols of a module that have one name, those that it has while it runs.</summary>
    /// <param name="module">The module.</param>
    /// <param name="view">Its symbols.</param>
    /// <param name="indices">Their indices in the table, in its order.</param>
    internal static IReadOnlyList<SymbolCandidate> InModule(ElfImage module, ModuleSymbolView view, IEnumerable<int> indices) =>
        Numbered(indices.Where(index => view.Symbols[index] is { } symbol && symbol.Type != ElfSymbolType.File && view.IsCore(symbol))
            .Select(index => Describe(module, view.Symbols, index, FileBefore(view.Symbols, index), [])));

    private static List<SymbolCandidate> Find(ElfImage image, string name, Predicate<ElfSymbolEntry> isWanted, string? ignoredSuffix = null)
    {
        List<SymbolCandidate> found = [];
        if (image.ReadSymbolTable() is not { } symbols)
            return found;

        byte[] wanted = Encoding.Latin1.GetBytes(name), suffix = Encoding.Latin1.GetBytes(ignoredSuffix ?? "");
        int file = 0;
        for (int i = 1; i < symbols.Count; i++)
        {
            ElfSymbolEntry symbol = symbols[i];
            if (symbol.Type == ElfSymbolType.File)
                file = i;
            else if (symbol.SectionIndex != ElfSectionIndex.Undefined
                && KallsymsName.AsCompared(symbols.NameBytes(symbol), suffix).SequenceEqual(wanted)
                && isWanted(symbol))
            {
                found.Add(Describe(image, symbols, i, file, suffix));
            }
        }

        return found;
    }

    private static SymbolCandidate Describe(ElfImage image, ElfSymbolTableView symbols, int index, int file, byte[] ignoredSuffix)
    {
        ElfSymbolEntry symbol = symbols[index];
        ReadOnlySpan<byte> name = symbols.NameBytes(symbol);
        return new SymbolCandidate(
            0,
            SectionName(image, symbol),
            symbol.Value,
            symbol.Size,
            symbol.Type == ElfSymbolType.Function,
            FileName(symbols, symbol, file))
        {
            IsData = IsData(image, symbol),
            IsGlobal = symbol.Binding != ElfSymbolBinding.Local,
            TableIndex = index,
            FullName = KallsymsName.AsCompared(name, ignoredSuffix).Length == name.Length ? null : symbols.Name(symbol),
        };
    }

    // The index of the STT_FILE symbol before a symbol, or 0.
    private static int FileBefore(ElfSymbolTableView symbols, int index)
    {
        if (symbols[index].Binding != ElfSymbolBinding.Local)
            return 0;
        while (index > 0 && symbols[index].Type != ElfSymbolType.File)
            index--;
        return index;
    }

    private static List<SymbolCandidate> Numbered(IEnumerable<SymbolCandidate> symbols) =>
        [.. symbols.Select((symbol, index) => symbol with { Sympos = index + 1 })];

    private static bool IsData(ElfImage image, in ElfSymbolEntry symbol) =>
        symbol.Type != ElfSymbolType.Function
            && (symbol.SectionIndex >= image.Sections.Count || !image.Sections[symbol.SectionIndex].Flags.HasFlag(ElfSectionFlags.Execute));

    private static string? SectionName(ElfImage image, in ElfSymbolEntry symbol) =>
        symbol.SectionIndex < image.Sections.Count && IsIn(image, symbol) ? image.SectionName(symbol.SectionIndex) : null;

    // A symbol of the linker's script lies where the script says, as reserved_pg_dir of arm64 between two sections: the linker gives
    // it the index of one of them.
    private static bool IsIn(ElfImage image, in ElfSymbolEntry symbol)
    {
        ElfSectionHeader section = image.Sections[symbol.SectionIndex];
        return image.Header.Type == ElfObjectType.Relocatable
            || (symbol.Value >= section.Address && symbol.Value - section.Address < Math.Max(section.Size, 1));
    }

    // A global symbol follows all local ones, so the STT_FILE before it is not its own.
    private static string? FileName(ElfSymbolTableView symbols, in ElfSymbolEntry symbol, int file)
    {
        if (file == 0 || symbol.Binding != ElfSymbolBinding.Local)
            return null;
        string name = symbols.Name(symbols[file]);
        return name.Length == 0 ? null : name;
    }
}
