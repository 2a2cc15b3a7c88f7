using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Kernel.Facts;

namespace Klp.Kernel.Modules;

/// <summary>
/// The symbols of a module as kallsyms shows them, in the order of its symbol table (kernel/module/kallsyms.c).
/// There are two views: while the module is loading (COMING) all defined symbols; once it runs (LIVE) only the core ones,
/// as its init sections are freed. A livepatch sees the first when it was loaded before the module, else the second.
/// </summary>
public sealed class ModuleSymbolView
{
    private readonly bool[] isCore;

    /// <summary>Reads the symbol table of a module.</summary>
    /// <param name="module">The module.</param>
    /// <exception cref="ElfFormatException">It has no symbol table, or a damaged one.</exception>
    public ModuleSymbolView(ElfImage module)
    {
        ArgumentNullException.ThrowIfNull(module);
        Symbols = module.ReadSymbolTable() ?? throw new ElfFormatException(module.FileName, "it has no symbol table");
        isCore = [.. module.Sections.Select((section, index) => IsCoreSection(section, module.SectionName(index), module.Header.Machine))];
    }

    /// <summary>The module's symbol table.</summary>
    public ElfSymbolTableView Symbols { get; }

    /// <summary>The names while the module runs.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> LiveNames()
    {
        for (int i = 1; i < Symbols.Count; i++)
        {
            ElfSymbolEntry symbol = Symbols[i];
            if (IsCore(symbol) && Symbols.NameMemory(symbol) is { IsEmpty: false } name)
                yield return name;
        }
    }

    /// <summary>The positions, 1-based, that a name's symbols have in each view.</summary>
    /// <param name="name">The name, one character a byte (ISO 8859-1).</param>
    /// <returns>For each symbol in table order its position while loading, and its position while running or 0.</returns>
    public IReadOnlyList<(int Coming, int Live)> Positions(string name)
    {
        List<(int Coming, int Live)> positions = [];
        int live = 0;
        for (int i = 1; i < Symbols.Count; i++)
        {
            ElfSymbolEntry symbol = Symbols[i];
            if (symbol.SectionIndex == ElfSectionIndex.Undefined || Symbols.Name(symbol) != name)
                continue;
            positions.Add((positions.Count + 1, IsCore(symbol) ? ++live : 0));
        }

        return positions;
    }

    /// <summary>
    /// The position that means a symbol both while the module loads, when its init symbols count, and once it runs. A name
    /// that is unique among the symbols that stay may need position 1 in place of 0.
    /// </summary>
    /// <param name="name">The name, one character a byte (ISO 8859-1).</param>
    /// <param name="sympos">The position while it runs; 0 for the only one.</param>
    /// <returns>The position, 0 or 1-based; null when there is none.</returns>
    public Sympos? PositionInBothViews(string name, Sympos sympos)
    {
        IReadOnlyList<(int Coming, int Live)> positions = Positions(name);
        if (sympos.IsOnly && positions.Count <= 1)
            return Sympos.Only;
        ulong wanted = sympos.Ordinal;
        return positions.Any(position => (ulong)position.Coming == wanted && (ulong)position.Live == wanted) ? new Sympos(wanted) : null;
    }

    /// <summary>
    /// True for a symbol that stays while the module runs: is_core_symbol() with CONFIG_KALLSYMS_ALL, which livepatch needs.
    /// </summary>
    internal bool IsCore(in ElfSymbolEntry symbol) => symbol.SectionIndex < isCore.Length && isCore[symbol.SectionIndex];

    // Sections that stay in memory. The loader itself drops modinfo and the symbol versions after it has read them.
    private static bool IsCoreSection(ElfSectionHeader section, string name, ElfMachine machine) =>
        section.Flags.HasFlag(ElfSectionFlags.Alloc)
        && !SectionLife.IsFreedOfModule(name, machine)
        && name is not (".modinfo" or "__versions" or "__version_ext_crcs" or "__version_ext_names");
}
