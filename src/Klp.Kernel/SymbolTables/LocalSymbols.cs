using System.Text;
using Klp.Elf.Constants;
using Klp.Elf.Image;

namespace Klp.Kernel.SymbolTables;

/// <summary>
/// The local functions and variables that a file brought to a link: those after its STT_FILE symbol (ELF specification, symbol
/// table). Names and sizes stay as they were when an object is linked, so they tell which object it was.
/// </summary>
internal static class LocalSymbols
{
    /// <summary>The symbols of the file that brought a symbol; none where the symbol table does not tell.</summary>
    /// <param name="symbols">The symbol table of a linked kernel or module.</param>
    /// <param name="index">The index of one of its symbols.</param>
    internal static HashSet<(string Name, ulong Size)> Around(ElfSymbolTableView symbols, int index)
    {
        HashSet<(string Name, ulong Size)> group = [];
        int file = index;
        while (file > 0 && symbols[file].Type != ElfSymbolType.File)
            file--;
        for (int i = file + 1;
            file > 0 && i < symbols.Count && symbols[i].Type != ElfSymbolType.File && symbols[i].Binding == ElfSymbolBinding.Local;
            i++)
        {
            Add(group, symbols, symbols[i]);
        }

        return group;
    }

    /// <summary>The symbols of an object that was compiled from one file of a name; null of any other object.</summary>
    /// <param name="image">The object.</param>
    /// <param name="sourceFile">The file's name without folders, as STT_FILE has it.</param>
    internal static HashSet<(string Name, ulong Size)>? Of(ElfImage image, string sourceFile)
    {
        if (image.ReadSymbolTable() is not { } symbols)
            return null;
        HashSet<(string Name, ulong Size)> all = [];
        byte[] wanted = Encoding.Latin1.GetBytes(sourceFile);
        int files = 0;
        for (int i = 1; i < symbols.Count; i++)
        {
            if (symbols[i].Type != ElfSymbolType.File)
                Add(all, symbols, symbols[i]);
            else if (++files > 1 || !symbols.NameBytes(symbols[i]).SequenceEqual(wanted))
                return null;
        }

        return files == 1 ? all : null;
    }

    private static void Add(HashSet<(string Name, ulong Size)> symbols, ElfSymbolTableView table, in ElfSymbolEntry symbol)
    {
        if (symbol.Type is ElfSymbolType.Function or ElfSymbolType.Object && symbol.SectionIndex != ElfSectionIndex.Undefined)
            symbols.Add((table.Name(symbol), symbol.Size));
    }
}
