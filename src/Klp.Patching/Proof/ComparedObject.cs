using System.Globalization;
using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Patching.Diff;

namespace Klp.Patching.Proof;

/// <summary>An object as <see cref="ObjectComparison"/> sees it: without debug information, all that refers by names.</summary>
internal sealed class ComparedObject
{
    private readonly ElfObject elf;
    private readonly Dictionary<ElfSection, ComparedSection> bySection = new(ReferenceEqualityComparer.Instance);
    private readonly ILookup<ElfSection, ElfSymbol> named;

    internal ComparedObject(ElfObject elf)
    {
        this.elf = elf;
        ILookup<ElfSection?, ElfRelocation> relocations = elf.RelocationSections
            .SelectMany(section => section.Relocations.Select(relocation => (section.InfoSection, relocation)))
            .ToLookup(pair => pair.InfoSection, pair => pair.relocation);
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (ElfSection section in elf.Sections.Where(IsCompared))
        {
            int count = counts[section.Name] = counts.GetValueOrDefault(section.Name) + 1;
            string name = count == 1 ? section.Name : $"{section.Name}[{count}]";
            bySection.Add(section, new ComparedSection(name, section, [.. relocations[section]]));
        }

        Sections = [.. bySection.Values];
        named = elf.Symbols
            .Where(symbol => symbol is { Section: not null, Name.Length: > 0, Type: ElfSymbolType.Function or ElfSymbolType.Object })
            .ToLookup(symbol => symbol.Section!);
    }

    /// <summary>The sections that are compared, in the order of the file.</summary>
    internal IReadOnlyList<ComparedSection> Sections { get; }

    internal (ElfMachine Machine, uint Flags) Machine => (elf.Header.Machine, elf.Header.Flags);

    /// <summary>The symbols that are compared, in the order of the file, with all that is known of them.</summary>
    internal IEnumerable<string> Symbols => elf.Symbols
        .Where(symbol => symbol.Type != ElfSymbolType.Section && (symbol.Section is null || bySection.ContainsKey(symbol.Section)))
        .Select(symbol => string.Create(CultureInfo.InvariantCulture,
            $"{symbol.Name} ({symbol.Binding} {symbol.Type}, {Place(symbol)}, {symbol.Size} bytes, st_other {symbol.Other})"));

    /// <summary>The function or variable that is at a place, or null.</summary>
    internal ElfSymbol? SymbolAt(ElfSection section, ulong offset) => named[section]
        .Where(symbol => symbol.Value <= offset && (offset < symbol.Value + symbol.Size || offset == section.Size))
        .MaxBy(symbol => symbol.Value);

    /// <summary>A relocation with what it refers to, by names.</summary>
    internal string Describe(ElfRelocation relocation) => string.Create(CultureInfo.InvariantCulture,
        $"{Target(relocation.Symbol)}{relocation.Addend:+0;-0;+0} of type {relocation.Type} at 0x{relocation.Offset:x}");

    private string Target(ElfSymbol? symbol) => symbol switch
    {
        null => "nothing",
        { Type: ElfSymbolType.Section } => Place(symbol),
        { Binding: ElfSymbolBinding.Local, Section: not null } => $"{symbol.Name} ({Place(symbol)})",
        _ => symbol.Name,
    };

    private string Place(ElfSymbol symbol) => symbol.Section is { } section
        ? $"{(bySection.TryGetValue(section, out ComparedSection? compared) ? compared.Name : section.Name)}+0x{symbol.Value:x}"
        : $"st_shndx 0x{symbol.SpecialIndex:x}";

    private static bool IsCompared(ElfSection section) =>
        section is ElfDataSection { Type: not ElfSectionType.Null } && !SectionRoles.IsNeverLoaded(section);
}
