using System.Diagnostics;
using Klp.Elf.Model;

namespace Klp.Elf.Import;

/// <summary>Copies what a map says from its source to a target. All checks come first, so that a refused import changes nothing.</summary>
internal sealed class ElfImporter(ElfImportMap map, ElfObject target)
{
    private readonly Dictionary<ElfSection, ElfSection> sections = [];
    private readonly ElfSymbolMerger symbols = new(map, target);

    internal ElfImport Import()
    {
        new ElfImportCheck(map, target).Check();
        symbols.Check();

        foreach (ElfSection section in map.Sections())
        {
            ElfSection copy = Copy(section);
            sections.Add(section, copy);
            target.AddSection(copy);
        }

        IReadOnlyDictionary<ElfSymbol, ElfSymbol> merged = symbols.Merge(sections);
        foreach ((ElfSection section, ElfSection copy) in sections)
            CopyReferences(section, copy, merged);
        return new ElfImport(sections, merged);
    }

    private static ElfSection Copy(ElfSection section)
    {
        ElfSection copy = section switch
        {
            ElfRelocationSection => new ElfRelocationSection(section.Name, section.Type),
            ElfGroupSection group => new ElfGroupSection(section.Name) { GroupFlags = group.GroupFlags },
            ElfStringTable table => new ElfStringTable(section.Name, table.ToArray()),
            ElfDataSection { HasContents: true } data => new ElfDataSection(section.Name, section.Type, data.Contents.ToArray()),
            ElfDataSection => new ElfDataSection(section.Name, section.Type, section.Size),
            _ => throw new UnreachableException(),
        };
        copy.Flags = section.Flags;
        copy.Address = section.Address;
        copy.Alignment = section.Alignment;
        copy.EntrySize = section.EntrySize;
        return copy;
    }

    private void CopyReferences(ElfSection section, ElfSection copy, IReadOnlyDictionary<ElfSymbol, ElfSymbol> merged)
    {
        copy.Link = section.Link switch
        {
            null => null,
            ElfSymbolTable => target.SymbolTable,
            ElfSection link => sections[link],
        };
        if (section.InfoSection is { } info)
            copy.InfoSection = sections[info];
        else if (section is not ElfGroupSection)
            copy.InfoValue = section.InfoValue;

        if (section is ElfRelocationSection from && copy is ElfRelocationSection to)
        {
            foreach (ElfRelocation relocation in from.Relocations)
            {
                to.Relocations.Add(new ElfRelocation
                {
                    Offset = relocation.Offset,
                    Type = relocation.Type,
                    Symbol = relocation.Symbol is null ? null : merged[relocation.Symbol],
                    Addend = relocation.Addend,
                });
            }
        }
        else if (section is ElfGroupSection fromGroup && copy is ElfGroupSection toGroup)
        {
            toGroup.Signature = fromGroup.Signature is null ? null : merged[fromGroup.Signature];
            foreach (ElfSection member in fromGroup.Members)
                toGroup.Members.Add(sections[member]);
        }
    }
}
