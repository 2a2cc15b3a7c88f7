using Klp.Elf.Constants;
using Klp.Elf.Image;

namespace Klp.Patching.Placement;

/// <summary>
/// The local symbols of a linked image by the source file that they come from: they are between its STT_FILE symbol and the next
/// one. Where those are is looked up once for all units of the image; vmlinux has a hundred thousand symbols.
/// </summary>
internal sealed class LocalSymbols
{
    private readonly ElfSymbolTableView symbols;
    private readonly Lazy<ILookup<string, int>> files;

    internal LocalSymbols(ElfSymbolTableView symbols)
    {
        this.symbols = symbols;
        files = new(() => Enumerable.Range(1, Math.Max(0, symbols.Count - 1))
            .Where(index => symbols[index].Type == ElfSymbolType.File)
            .ToLookup(index => symbols.Name(symbols[index]), StringComparer.Ordinal));
    }

    /// <summary>
    /// The local symbols of each file of a name, by their names. Many files share a name, as they stand without their folder.
    /// </summary>
    internal IEnumerable<Dictionary<string, List<ElfSymbolEntry>>> Of(string file) => files.Value[file].Select(Block);

    private Dictionary<string, List<ElfSymbolEntry>> Block(int file)
    {
        Dictionary<string, List<ElfSymbolEntry>> block = new(StringComparer.Ordinal);
        for (int i = file + 1; i < symbols.Count
            && symbols[i].Type != ElfSymbolType.File
            && symbols[i].Binding == ElfSymbolBinding.Local; i++)
        {
            string name = symbols.Name(symbols[i]);
            if (!block.TryGetValue(name, out List<ElfSymbolEntry>? entries))
                block.Add(name, entries = []);
            entries.Add(symbols[i]);
        }

        return block;
    }
}
