using System.Text;
using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Kernel.Facts;

namespace Klp.Kernel.Modules;

/// <summary>
/// What a module exports, from its own tables (include/linux/export-internal.h): <c>__ksymtab_&lt;name&gt;</c> stands for the
/// export, <c>__kstrtabns_&lt;name&gt;</c> for its namespace. For modules of a GPL-compatible license only are those of the
/// section __ksymtab_gpl or, in kernels without it, those whose byte at <c>__flags_&lt;name&gt;</c> says so.
/// </summary>
internal sealed class ModuleExports
{
    private const string ExportPrefix = "__ksymtab_";
    private const string NamespacePrefix = "__kstrtabns_";
    private const string FlagsPrefix = "__flags_";
    private const byte GplOnly = 1;

    private readonly ElfImage module;
    private readonly Dictionary<string, ElfSymbolEntry> symbols = new(StringComparer.Ordinal);

    private ModuleExports(ElfImage module)
    {
        this.module = module;
        ElfSymbolTableView table = module.ReadSymbolTable() ?? throw new ElfFormatException(module.FileName, "it has no symbol table");
        for (int i = 1; i < table.Count; i++)
        {
            ElfSymbolEntry symbol = table[i];
            if (symbol.SectionIndex != ElfSectionIndex.Undefined
                && symbol.SectionIndex < module.Sections.Count
                && table.NameBytes(symbol).StartsWith("__"u8))
            {
                symbols[table.Name(symbol)] = symbol;
            }
        }
    }

    /// <summary>Reads the exports of a module.</summary>
    /// <exception cref="ElfFormatException">It has no symbol table, or is damaged.</exception>
    internal static IEnumerable<ExportedSymbol> Read(ElfImage module)
    {
        ModuleExports exports = new(module);
        string objectName = ModuleName.FromPath(module.FileName);
        return exports.symbols
            .Where(symbol => symbol.Key.StartsWith(ExportPrefix, StringComparison.Ordinal))
            .Select(symbol => (Name: symbol.Key[ExportPrefix.Length..], Section: module.SectionName(symbol.Value.SectionIndex)))
            .Select(export => new ExportedSymbol(
                export.Name,
                objectName,
                export.Section == "__ksymtab_gpl" || exports.IsFlagged(export.Name),
                exports.Namespace(export.Name)));
    }

    private bool IsFlagged(string name) => Contents(FlagsPrefix + name) is [var flags, ..] && (flags & GplOnly) != 0;

    private string Namespace(string name) => Encoding.Latin1.GetString(Contents(NamespacePrefix + name)).Split('\0')[0];

    // From a symbol to the end of its section; nothing where there is no such symbol.
    private ReadOnlySpan<byte> Contents(string symbolName)
    {
        if (!symbols.TryGetValue(symbolName, out ElfSymbolEntry symbol))
            return [];
        byte[] contents = module.ReadSection(symbol.SectionIndex);
        return symbol.Value < (ulong)contents.Length ? contents.AsSpan((int)symbol.Value) : [];
    }
}
