using System.Text;
using Klp.Elf;

namespace Klp.Livepatch.Kernel;

/// <summary>
/// Describes the symbols of one name in vmlinux for a person who has to choose one: positions as kallsyms counts them
/// (by address), and the source file, which the symbol table keeps in the STT_FILE symbol before a file's local symbols.
/// </summary>
public static class VmlinuxSymbolFinder
{
    /// <summary>Finds every symbol of a name.</summary>
    /// <param name="vmlinux">The linked kernel.</param>
    /// <param name="name">The name.</param>
    /// <returns>The symbols by position; empty when vmlinux has no symbol table or no such symbol.</returns>
    /// <exception cref="ElfFormatException">The symbol table is damaged.</exception>
    public static IReadOnlyList<VmlinuxSymbol> Find(ElfImage vmlinux, string name)
    {
        ArgumentNullException.ThrowIfNull(vmlinux);
        ElfSymbolTableView? symbols = vmlinux.ReadSymbolTable();
        if (symbols is null)
            return [];

        byte[] wanted = Encoding.Latin1.GetBytes(name);
        List<VmlinuxSymbol> found = [];
        int file = 0;
        for (int i = 1; i < symbols.Count; i++)
        {
            ElfSymbolEntry symbol = symbols[i];
            if (symbol.Type == ElfSymbolType.File)
                file = i;
            else if (symbol.SectionIndex != ElfSectionIndex.Undefined && symbols.NameBytes(symbol).SequenceEqual(wanted))
                found.Add(new VmlinuxSymbol(0, symbol.Value, symbol.Size, symbol.Type == ElfSymbolType.Function, FileName(symbols, symbol, file)));
        }

        // OrderBy is stable: symbols at one address keep the order of the table.
        return [.. found.OrderBy(symbol => symbol.Address).Select((symbol, index) => symbol with { Sympos = index + 1 })];
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
