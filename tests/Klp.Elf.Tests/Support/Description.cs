using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Elf.Tests.Support;

/// <summary>All that an object is, in lines, with everything by name: what indices and offsets do not change.</summary>
internal static class Description
{
    /// <summary>An object's sections with their contents, relocations and members, then its symbols as they are in a file.</summary>
    internal static List<string> Of(ElfObject source) => Of(source, _ => true);

    /// <summary>Those of some sections.</summary>
    internal static List<string> Of(ElfObject source, Predicate<ElfSection> isKept)
    {
        List<string> lines = [];
        foreach (ElfSection section in source.Sections.Where(section => isKept(section)))
        {
            // The size and sh_info of the others follow from what they refer to.
            ulong size = section is ElfDataSection ? section.Size : 0;
            uint info = section is ElfSymbolTable or ElfGroupSection ? 0 : section.InfoValue;
            lines.Add($"section {section.Name} {section.Type} {section.Flags} size {size} align {section.Alignment} of {section.EntrySize} "
                + $"link {section.Link?.Name} to {section.InfoSection?.Name} {info}");
            if (section is ElfDataSection data)
                lines.Add(Convert.ToHexString(data.Contents));
            if (section is ElfRelocationSection relocations)
                lines.AddRange(relocations.Relocations.Select(relocation => $"{relocation.Offset} {relocation.Type} {Name(relocation.Symbol)} {relocation.Addend}"));
            if (section is ElfGroupSection group)
                lines.Add($"{group.GroupFlags} {Name(group.Signature)}: {string.Join(' ', group.Members.Select(member => member.Name))}");
        }

        lines.AddRange(source.Symbols
            .Where(symbol => symbol.Section is null || isKept(symbol.Section))
            .OrderBy(symbol => symbol.Binding != ElfSymbolBinding.Local)
            .Select(Of));
        return lines;
    }

    /// <summary>A symbol.</summary>
    internal static string Of(ElfSymbol symbol) =>
        $"symbol {Name(symbol)} {symbol.Value} {symbol.Size} {symbol.Binding} {symbol.Type} {symbol.Other} in {symbol.Section?.Name} {symbol.SpecialIndex}";

    private static string Name(ElfSymbol? symbol) => symbol is { Name: "", Section: { } section } ? section.Name : symbol?.Name ?? "none";
}
