using System.Globalization;
using System.Text.RegularExpressions;
using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Elf.Tests.Support;

/// <summary>What readelf shows of a file, compared with the model that was written to it.</summary>
internal static partial class Readelf
{
    private static readonly Dictionary<ElfSectionType, string> TypeNames = new()
    {
        [ElfSectionType.Null] = "NULL",
        [ElfSectionType.ProgBits] = "PROGBITS",
        [ElfSectionType.SymbolTable] = "SYMTAB",
        [ElfSectionType.StringTable] = "STRTAB",
        [ElfSectionType.Rela] = "RELA",
        [ElfSectionType.Note] = "NOTE",
        [ElfSectionType.NoBits] = "NOBITS",
        [ElfSectionType.Group] = "GROUP",
        [ElfSectionType.SymbolTableIndices] = "SYMTAB SECTION INDICES",
    };

    private static readonly (ElfSectionFlags Flag, char Letter)[] FlagLetters =
    [
        (ElfSectionFlags.Write, 'W'),
        (ElfSectionFlags.Alloc, 'A'),
        (ElfSectionFlags.Execute, 'X'),
        (ElfSectionFlags.Merge, 'M'),
        (ElfSectionFlags.Strings, 'S'),
        (ElfSectionFlags.InfoLink, 'I'),
        (ElfSectionFlags.LinkOrder, 'L'),
        (ElfSectionFlags.Group, 'G'),
        (ElfSectionFlags.Compressed, 'C'),
        (ElfSectionFlags.RelaLivepatch, 'o'),
    ];

    /// <summary>Asserts that readelf has nothing to complain about.</summary>
    internal static void AssertAccepts(string path) => Assert.Equal("", Tool.Run("readelf", "-aW", path).Errors);

    /// <summary>Asserts that readelf accepts a file and shows the model's sections, symbols and relocations.</summary>
    internal static void AssertShows(ElfObject model, string path)
    {
        AssertAccepts(path);
        AssertEqual(ExpectedSections(model), Sections(path));
        AssertEqual(ExpectedSymbols(model), Symbols(path));
        AssertEqual(ExpectedRelocations(model), Relocations(path));
    }

    /// <summary>The sections: index, name, type, size, entry size, flags, link, info, alignment.</summary>
    internal static List<string> Sections(string path) => Rows(SectionRow(), Tool.Run("readelf", "-SW", path), row =>
        $"[{row[1]}] {row[2]} {row[3]} size {Hex(row[5])} entry {Hex(row[6])} {Ordered(row[7])} link {row[8]} info {row[9]} align {row[10]}");

    /// <summary>The symbols: index, value, size, type, binding, section index, name.</summary>
    internal static List<string> Symbols(string path) => Rows(SymbolRow(), Tool.Run("readelf", "-sW", path), row =>
        $"[{row[1]}] {Hex(row[2])} size {Size(row[3])} {row[4]} {row[5]} {row[6]} {row[7]}");

    /// <summary>The relocations: section, offset, info, addend.</summary>
    internal static List<string> Relocations(string path)
    {
        List<string> relocations = [];
        string section = "";
        foreach (string line in Tool.Run("readelf", "-rW", path).Lines)
        {
            if (RelocationSectionRow().Match(line) is { Success: true } heading)
                section = heading.Groups[1].Value;
            else if (RelocationRow().Match(line) is { Success: true } row)
                relocations.Add($"{section} {Hex(row.Groups[1].Value)} {Hex(row.Groups[2].Value)} {(row.Groups[3].Value == "-" ? -Hex(row.Groups[4].Value) : Hex(row.Groups[4].Value))}");
        }

        return relocations;
    }

    private static IEnumerable<string> ExpectedSections(ElfObject model)
    {
        Dictionary<ElfSection, int> indices = IndicesOf(model.Sections);
        Dictionary<ElfSymbol, int> symbols = IndicesOf(InFileOrder(model));
        foreach ((int index, ElfSection section) in model.Sections.Index())
        {
            long info = section switch
            {
                ElfSymbolTable table => table.Symbols.Count(symbol => symbol.Binding == ElfSymbolBinding.Local),
                ElfGroupSection group => symbols[group.Signature!],
                { InfoSection: { } target } => indices[target],
                _ => section.InfoValue,
            };
            string flags = string.Concat(FlagLetters.Where(flag => section.Flags.HasFlag(flag.Flag)).Select(flag => flag.Letter));
            int link = section.Link is null ? 0 : indices[section.Link];
            ulong size = section.Size;
            if (index == 0 && model.Sections.Count >= ElfSectionIndex.LowReserved)
            {
                // Extended numbering (gABI, "ELF Header"): section 0 has what e_shnum and e_shstrndx cannot hold.
                size = (ulong)model.Sections.Count;
                int names = indices[model.FindSection(".shstrtab")!];
                link = names >= ElfSectionIndex.LowReserved ? names : 0;
            }

            yield return $"[{index}] {section.Name} {TypeNames[section.Type]} size {size} entry {section.EntrySize} {Ordered(flags)} link {link} info {info} align {section.Alignment}";
        }
    }

    private static IEnumerable<string> ExpectedSymbols(ElfObject model)
    {
        Dictionary<ElfSection, int> indices = IndicesOf(model.Sections);
        foreach ((int index, ElfSymbol symbol) in InFileOrder(model).Index())
        {
            string type = symbol.Type switch
            {
                ElfSymbolType.Function => "FUNC",
                _ => symbol.Type.ToString().ToUpperInvariant(),
            };
            string section = symbol switch
            {
                { Section: { } defining } => indices[defining].ToString(CultureInfo.InvariantCulture),
                { SpecialIndex: ElfSectionIndex.Undefined } => "UND",
                { SpecialIndex: ElfSectionIndex.Absolute } => "ABS",
                { SpecialIndex: ElfSectionIndex.Livepatch } => "OS [0xff20]",
                _ => throw new InvalidOperationException($"{symbol.Name}: {symbol.SpecialIndex}"),
            };
            // readelf shows the section's name where a section symbol has none.
            string name = symbol is { Type: ElfSymbolType.Section, Name: "", Section: { } named } ? named.Name : symbol.Name;
            yield return $"[{index}] {symbol.Value} size {symbol.Size} {type} {symbol.Binding.ToString().ToUpperInvariant()} {section} {string.Concat(name.Select(Visible))}";
        }
    }

    // The assembler keeps labels such as "1:" as .L1^B7.
    private static string Visible(char character) => char.IsControl(character) ? $"^{(char)(character + '@')}" : character.ToString();

    private static IEnumerable<string> ExpectedRelocations(ElfObject model)
    {
        Dictionary<ElfSymbol, int> symbols = IndicesOf(InFileOrder(model));
        foreach (ElfRelocationSection section in model.RelocationSections)
        {
            foreach (ElfRelocation relocation in section.Relocations)
            {
                int symbol = relocation.Symbol is null ? 0 : symbols[relocation.Symbol];
                yield return $"{section.Name} {relocation.Offset} {((long)symbol << 32) | relocation.Type} {relocation.Addend}";
            }
        }
    }

    // The gABI has the local symbols come first; the others keep their order.
    private static IEnumerable<ElfSymbol> InFileOrder(ElfObject model) => model.Symbols.OrderBy(symbol => symbol.Binding != ElfSymbolBinding.Local);

    private static void AssertEqual(IEnumerable<string> expected, List<string> actual) =>
        Assert.Equal(string.Join('\n', expected), string.Join('\n', actual));

    private static Dictionary<T, int> IndicesOf<T>(IEnumerable<T> items)
        where T : class => items.Index().ToDictionary(pair => pair.Item, pair => pair.Index);

    private static List<string> Rows(Regex regex, ToolOutput output, Func<string[], string> print) =>
        [.. output.Lines.Select(line => regex.Match(line)).Where(match => match.Success).Select(match => print([.. match.Groups.Values.Select(group => group.Value)]))];

    private static string Ordered(string flags) => string.Concat(flags.Order());

    private static long Hex(string digits) => long.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static long Size(string digits) => digits.StartsWith("0x", StringComparison.Ordinal) ? Hex(digits[2..]) : long.Parse(digits, CultureInfo.InvariantCulture);

    // [Nr] Name Type Address Off Size ES Flg Lk Inf Al
    [GeneratedRegex(@"^ *\[ *(\d+)\] (\S*) +(\S.*?) +[0-9a-f]{16} ([0-9a-f]+) ([0-9a-f]+) ([0-9a-f]+) +([A-Za-z]*) +(\d+) +(\d+) +(\d+)$")]
    private static partial Regex SectionRow();

    // Num: Value Size Type Bind Vis [what else st_other says] Ndx Name
    [GeneratedRegex(@"^ *(\d+): ([0-9a-f]{16}) +(\w+) (\w+) +(\w+) +\w+ +(?:\[.*?: \w+\] +)?(OS \[\w+\]|\w+) ?(.*?) *$")]
    private static partial Regex SymbolRow();

    [GeneratedRegex("^Relocation section '(.*)' at offset")]
    private static partial Regex RelocationSectionRow();

    // Offset Info Type [Sym. Value Symbol's Name +|-] Addend
    [GeneratedRegex(@"^([0-9a-f]{16}) +([0-9a-f]{16}) \S+ .*?(-?) ?([0-9a-f]+)$")]
    private static partial Regex RelocationRow();
}
