using System.Globalization;
using System.Text.RegularExpressions;

namespace Klp.Livepatch.Tests.Support;

/// <summary>What readelf shows of a module.</summary>
internal static partial class Readelf
{
    // The one of the machine knows every architecture.
    private const string Program = "readelf";

    /// <summary>Asserts that readelf has nothing to complain about.</summary>
    internal static void AssertAccepts(string path) => Assert.Equal("", Tool.Run(Program, "-aW", path).Errors);

    /// <summary>The sections by index.</summary>
    internal static IReadOnlyList<ReadelfSection> Sections(string path)
    {
        string[] lines = Tool.Run(Program, "-StW", path).Lines;
        List<ReadelfSection> sections = [];
        for (int i = 0; i + 2 < lines.Length; i++)
        {
            if (SectionName().Match(lines[i]) is not { Success: true } name || SectionFields().Match(lines[i + 1]) is not { Success: true } fields)
                continue;
            sections.Add(new ReadelfSection(
                name.Groups[2].Value,
                fields.Groups[1].Value,
                Hex(SectionFlags().Match(lines[i + 2]).Groups[1].Value),
                (int)Hex(fields.Groups[2].Value),
                (int)Hex(fields.Groups[3].Value),
                (int)Hex(fields.Groups[4].Value),
                Decimal(fields.Groups[5].Value),
                Decimal(fields.Groups[6].Value),
                Decimal(fields.Groups[7].Value)));
        }

        return sections;
    }

    /// <summary>The symbols by index.</summary>
    internal static IReadOnlyList<ReadelfSymbol> Symbols(string path) =>
        [.. Matches(Symbol(), Tool.Run(Program, "-sW", path)).Select(row =>
            new ReadelfSymbol(Hex(row[1].Value), row[2].Value, row[3].Value, row[4].Value, row[5].Value, row[6].Value))];

    /// <summary>The relocations of all sections in order.</summary>
    internal static IReadOnlyList<ReadelfRelocation> Relocations(string path)
    {
        List<ReadelfRelocation> relocations = [];
        string section = "";
        foreach (string line in Tool.Run(Program, "-rW", path).Lines)
        {
            if (RelocationSection().Match(line) is { Success: true } heading)
                section = heading.Groups[1].Value;
            else if (Relocation().Match(line) is { Success: true } row)
                relocations.Add(new ReadelfRelocation(section, Hex(row.Groups[1].Value), row.Groups[2].Value, row.Groups[3].Value, row.Groups[4].Value + row.Groups[5].Value));
        }

        return relocations;
    }

    /// <summary>The bytes of a section; none for SHT_NOBITS.</summary>
    internal static byte[] Contents(byte[] file, ReadelfSection section) =>
        section.Type is "NOBITS" or "NULL" ? [] : file[section.Offset..(section.Offset + section.Size)];

    private static IEnumerable<GroupCollection> Matches(Regex regex, ToolOutput output) =>
        output.Lines.Select(line => regex.Match(line)).Where(match => match.Success).Select(match => match.Groups);

    private static ulong Hex(string digits) => ulong.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static int Decimal(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    // [Nr] Name, then a line Type Address Off Size ES Lk Inf Al, then one with the flags.
    [GeneratedRegex(@"^ *\[ *(\d+)\] ?(.*?) *$")]
    private static partial Regex SectionName();

    [GeneratedRegex(@"^ +(\S.*?) +[0-9a-f]{16} ([0-9a-f]+) ([0-9a-f]+) ([0-9a-f]+) +(\d+) +(\d+) +(\d+)$")]
    private static partial Regex SectionFields();

    [GeneratedRegex(@"^ +\[([0-9a-f]{16})\]:")]
    private static partial Regex SectionFlags();

    // Num: Value Size Type Bind Vis Ndx Name
    [GeneratedRegex(@"^ *\d+: ([0-9a-f]{16}) +(\S+) (\w+) +(\w+) +\w+ +(OS \[\w+\]|\w+) ?(.*?) *$")]
    private static partial Regex Symbol();

    [GeneratedRegex("^Relocation section '(.*)' at offset")]
    private static partial Regex RelocationSection();

    // Offset Info Type, and Sym. Value Symbol's Name +|- Addend or, without a symbol, Addend
    [GeneratedRegex(@"^([0-9a-f]{16}) +[0-9a-f]{16} (\S+) +(?:[0-9a-f]{16} +(.*) ([+-] [0-9a-f]+)|([0-9a-f]+))$")]
    private static partial Regex Relocation();
}
