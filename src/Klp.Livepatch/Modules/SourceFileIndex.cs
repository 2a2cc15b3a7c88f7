using Klp.DebugInfo.Dwarf;
using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Livepatch.Modules;

/// <summary>
/// Which source file each function of a module is from. A local function follows the STT_FILE symbol of its file (gABI,
/// "Symbol Table"); global ones stand after all files, and line information tells theirs.
/// </summary>
internal sealed class SourceFileIndex
{
    private readonly Dictionary<ElfSymbol, ElfSymbol> files = [];

    internal SourceFileIndex(ElfObject module)
    {
        Lazy<DwarfLineTable> lines = new(() => DwarfLineTable.Read(module));
        List<ElfSymbol> all = [.. module.Symbols.Where(symbol => symbol.Type == ElfSymbolType.File)];
        ElfSymbol? file = null;
        foreach (ElfSymbol symbol in module.Symbols)
        {
            if (symbol.Type == ElfSymbolType.File)
                file = symbol;
            else if (symbol is { Type: ElfSymbolType.Function, Section: { } section } && FindFile(symbol, section) is { } own)
                files.Add(symbol, own);
        }

        ElfSymbol? FindFile(ElfSymbol function, ElfSection section)
        {
            if (function.Binding == ElfSymbolBinding.Local)
                return file;
            string? name = Path.GetFileName(lines.Value.FirstOf(function)?.File);
            return all.FindAll(candidate => candidate.Name == name) is [var only] ? only : null;
        }
    }

    /// <summary>The STT_FILE symbol of a function's file, or null where it is not known.</summary>
    internal ElfSymbol? FileOf(ElfSymbol function) => files.GetValueOrDefault(function);
}
