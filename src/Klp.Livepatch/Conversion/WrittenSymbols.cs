using ELFSharp.ELF.Sections;
using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Livepatch.Conversion;

/// <summary>Compares the symbols of a module with those that another reader finds in its file.</summary>
internal static class WrittenSymbols
{
    // ELFSharp takes the names from the section of this name, whatever the symbol table's sh_link says.
    private const string NameTable = ".strtab";

    private const int VisibilityMask = 3;

    internal static IEnumerable<string> Differences(ElfObject module, SymbolEntry<ulong>[] read)
    {
        List<ElfSymbol> symbols = InOrder(module);
        if (read.Length != symbols.Count)
        {
            yield return $"it has {read.Length} symbols and not {symbols.Count}";
            yield break;
        }

        bool hasNames = module.Sections.Where(section => section.Name == NameTable).ToList() is [ElfSection only]
            && only == module.SymbolTable?.Link;
        Dictionary<ElfSection, ulong> indices = WrittenSections.Indices(module);
        for (int i = 0; i < read.Length; i++)
        {
            ElfSymbol planned = symbols[i];
            SymbolEntry<ulong> found = read[i];
            if (hasNames && found.Name != WrittenSections.Name(planned.Name))
                yield return $"symbol {i} has the name {found.Name} and not {planned.Name}";
            foreach (string difference in WrittenFields.Differences(
                $"symbol {i}, {planned.Name}",
                ("st_shndx", planned.Section is { } section ? indices[section] : planned.SpecialIndex, found.PointedSectionIndex),
                ("st_value", planned.Value, found.Value),
                ("st_size", planned.Size, found.Size),
                ("the binding", (ulong)planned.Binding, (ulong)found.Binding),
                ("the type", (ulong)planned.Type, (ulong)found.Type),
                ("the visibility", (ulong)planned.Other & VisibilityMask, (ulong)found.Visibility)))
            {
                yield return difference;
            }
        }
    }

    /// <summary>The symbols as a file has them: the local ones come first (gABI, "Symbol Table").</summary>
    internal static List<ElfSymbol> InOrder(ElfObject module) =>
        [.. module.Symbols.OrderBy(symbol => symbol.Binding == ElfSymbolBinding.Local ? 0 : 1)];
}
