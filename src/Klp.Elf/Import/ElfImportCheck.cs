using Klp.Elf.Image;
using Klp.Elf.Index;
using Klp.Elf.Model;

namespace Klp.Elf.Import;

/// <summary>Finds what keeps a map from being carried out, before anything is changed.</summary>
internal sealed class ElfImportCheck(ElfImportMap map, ElfObject target)
{
    // Of a great many the first ones tell enough.
    private const int MostNamed = 10;

    private readonly ElfObject source = map.Source;

    /// <exception cref="InvalidOperationException">There is something.</exception>
    internal void Check()
    {
        if (source == target)
            throw Refused("is the object itself");
        if (target.SymbolTable is null)
            throw Refused($"{target.FileName} has no symbol table");
        RequireSameHeader();

        string[] problems = [.. FindProblems().Distinct()];
        if (problems.Length > MostNamed)
            problems = [.. problems.Take(MostNamed), $"and {problems.Length - MostNamed} more"];
        if (problems.Length > 0)
            throw Refused(string.Join("; ", problems));
    }

    private void RequireSameHeader()
    {
        ElfHeader from = source.Header;
        ElfHeader to = target.Header;
        if (from.Machine != to.Machine || from.Flags != to.Flags || !from.Ident.Span.SequenceEqual(to.Ident.Span))
        {
            throw Refused(
                $"it is for another machine or ABI: e_machine {(int)from.Machine}, e_flags 0x{from.Flags:x}, e_ident "
                + $"{Convert.ToHexString(from.Ident.Span)}; "
                + $"{target.FileName} has {(int)to.Machine}, 0x{to.Flags:x}, {Convert.ToHexString(to.Ident.Span)}");
        }
    }

    private IEnumerable<string> FindProblems()
    {
        foreach (ElfReference missing in map.FindMissing())
            yield return $"{missing.Place.Section.Name}+0x{missing.Place.Offset:x} refers to symbol "
                + $"{Name(missing.Relocation.Symbol!)}, which the map does not have";
        foreach (ElfSymbol symbol in map.SymbolsWithoutSection())
            yield return $"symbol {Name(symbol)} is to be taken, but the map does not have its section";
        foreach (ElfSection section in map.Sections())
        {
            if (section is ElfGroupSection { Signature: { } signature } && map.Of(signature) is null)
                yield return $"the signature of group {section.Name} is symbol {Name(signature)}, which the map does not have";
            if (section is ElfDataSection && section.Link is ElfSymbolTable)
                yield return $"section {section.Name} of type 0x{(uint)section.Type:x} holds symbol indices in a form of its own";
            else if (section.Link is { } link and not ElfSymbolTable && !map.Has(link))
                yield return $"sh_link of section {section.Name} is section {link.Name}, which the map does not have";
            if (section.InfoSection is { } info && !map.Has(info))
                yield return $"sh_info of section {section.Name} is section {info.Name}, which the map does not have";
        }
    }

    private static string Name(ElfSymbol symbol) => symbol switch
    {
        { Name: "", Section: { } section } => $"of section {section.Name}",
        { Section: { } section } => $"{symbol.Name} of section {section.Name}",
        _ => symbol.Name,
    };

    private InvalidOperationException Refused(string problem) => new($"{source.FileName} cannot be imported: {problem}.");
}
