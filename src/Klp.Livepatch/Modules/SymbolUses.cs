using Klp.DebugInfo.Dwarf;
using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;

namespace Klp.Livepatch.Modules;

/// <summary>
/// Where a module uses its symbols: the relocations of loaded sections that refer to them, and the user's source line of
/// each, from the module's line information.
/// </summary>
internal sealed class SymbolUses
{
    private readonly ElfObject module;
    private readonly FunctionIndex functions;
    private readonly Dictionary<ElfSymbol, List<(ElfRelocationSection Section, ElfRelocation Relocation)>> uses = [];
    private readonly Lazy<DwarfLineTable> lines;
    private readonly Lazy<VariableLines> variableLines;

    internal SymbolUses(ElfObject module)
    {
        this.module = module;
        functions = new FunctionIndex(module);
        lines = new Lazy<DwarfLineTable>(() => DwarfLineTable.Read(module));
        variableLines = new Lazy<VariableLines>(() => new VariableLines(module, lines.Value));
        HashSet<ElfSection> annotations = [.. AnnotationReader.Sections(module)];
        foreach (ElfRelocationSection section in module.RelocationSections)
        {
            // Debug information is not loaded, and annotations are not uses.
            if (section.InfoSection is not { } target || !target.Flags.HasFlag(ElfSectionFlags.Alloc) || annotations.Contains(target))
                continue;
            foreach (ElfRelocation relocation in section.Relocations)
            {
                if (relocation.Symbol is { } symbol)
                    Of(symbol).Add((section, relocation));
            }
        }
    }

    /// <summary>The relocations that refer to a symbol, in the order of the module.</summary>
    internal List<(ElfRelocationSection Section, ElfRelocation Relocation)> Of(ElfSymbol symbol)
    {
        if (!uses.TryGetValue(symbol, out List<(ElfRelocationSection, ElfRelocation)>? list))
            uses.Add(symbol, list = []);
        return list;
    }

    /// <summary>The user's source line of a symbol's first use that has one; the module where none has.</summary>
    internal SourcePlace PlaceOf(ElfSymbol symbol) =>
        Of(symbol).Select(use => LineOf(use.Section.InfoSection!, use.Relocation.Offset)).FirstOrDefault(place => place is not null)
        ?? new SourcePlace(module.FileName);

    /// <summary>The user's source line of a place; the module where it has none.</summary>
    internal SourcePlace PlaceOf(ElfSection section, ulong offset) => LineOf(section, offset) ?? new SourcePlace(module.FileName);

    /// <summary>The function that a place is in, or null.</summary>
    internal ElfSymbol? FunctionAt(ElfSection section, ulong offset) => functions.At(section, offset);

    /// <summary>A place in words: the function or variable that holds it, or section and offset.</summary>
    internal string Describe(ElfSection section, ulong offset) =>
        functions.At(section, offset) is { } function ? $"{function.Name}()" : $"{VariableAt(section, offset)?.Name ?? $"{section.Name}+0x{offset:x}"}";

    private ElfSymbol? VariableAt(ElfSection section, ulong offset) =>
        module.Symbols.FirstOrDefault(symbol => symbol.Section == section && symbol.Type == ElfSymbolType.Object && symbol.Value <= offset && offset < symbol.Value + symbol.Size);

    // Of a kernel's inline function the user's line is the last one before it in the file of the function that holds it.
    private SourcePlace? LineOf(ElfSection section, ulong offset)
    {
        if (!section.Flags.HasFlag(ElfSectionFlags.Execute))
            return VariableAt(section, offset) is { } variable && variableLines.Value.Find(variable) is var (file, number) ? new SourcePlace(file, number) : null;
        SourceLine? line = lines.Value.Find(section, offset);
        // The NOPs for ftrace at a function's start are of no line.
        if (functions.At(section, offset) is { } function && lines.Value.FirstOf(function) is { } own && line?.File != own.File)
            line = lines.Value.FindLastOf(section, Math.Min(offset, section.Size), function.Value, own.File) ?? own;

        return line is { } found ? new SourcePlace(found.File, found.Line, found.Column) : null;
    }
}
