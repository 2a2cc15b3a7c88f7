using Klp.DebugInfo.Dwarf;
using Klp.Elf.Constants;
using Klp.Elf.Index;
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
    private readonly ElfIndex index;
    private readonly Dictionary<ElfSymbol, List<(ElfRelocationSection Section, ElfRelocation Relocation)>> uses = [];
    private readonly Lazy<DwarfLineTable> lines;
    private readonly Lazy<VariableLines> variableLines;

    internal SymbolUses(ElfObject module, ElfIndex index)
    {
        this.module = module;
        this.index = index;
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
        Of(symbol).Select(use => LineOf(new ElfPlace(use.Section.InfoSection!, use.Relocation.Offset)))
            .FirstOrDefault(place => place is not null)
        ?? new SourcePlace(module.FileName);

    /// <summary>The user's source line of a place; the module where it has none.</summary>
    internal SourcePlace PlaceOf(ElfPlace place) => LineOf(place) ?? new SourcePlace(module.FileName);

    /// <summary>The function that a place is in, or null.</summary>
    internal ElfSymbol? FunctionAt(ElfPlace place) => index.SymbolAt(place, ElfSymbolType.Function);

    /// <summary>A place in words: the function or variable that holds it, or section and offset.</summary>
    internal string Describe(ElfPlace place) =>
        FunctionAt(place) is { } function
            ? $"{function.Name}()"
            : $"{VariableAt(place)?.Name ?? $"{place.Section.Name}+0x{place.Offset:x}"}";

    private ElfSymbol? VariableAt(ElfPlace place) => index.SymbolAt(place, ElfSymbolType.Object);

    // Of a kernel's inline function the user's line is the last one before it in the file of the function that holds it.
    private SourcePlace? LineOf(ElfPlace place)
    {
        if (!place.Section.Flags.HasFlag(ElfSectionFlags.Execute))
            return VariableAt(place) is { } variable && variableLines.Value.Find(variable) is var (file, number)
                ? new SourcePlace(file, number)
                : null;
        SourceLine? line = lines.Value.Find(place);
        // The NOPs for ftrace at a function's start are of no line.
        if (FunctionAt(place) is { } function && lines.Value.FirstOf(function) is { } own && line?.File != own.File)
            line = lines.Value.FindLastOf(place with { Offset = Math.Min(place.Offset, place.Section.Size) }, function.Value, own.File)
                ?? own;

        return line is { } found ? new SourcePlace(found.File, found.Line, found.Column) : null;
    }
}
