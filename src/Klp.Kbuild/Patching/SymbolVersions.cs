using System.Globalization;
using System.Text.RegularExpressions;

namespace Klp.Kbuild.Patching;

/// <summary>
/// What scripts/genksyms says of a preprocessed source: the CRC of each symbol that it exports, and the declarations that the CRC
/// is made from.
/// </summary>
internal sealed partial class SymbolVersions
{
    // A structure of which the source has no definition. That it gets one, as by another #include, changes no type.
    private const string Undefined = "{ UNKNOWN }";

    private readonly Dictionary<string, string> types;

    private SymbolVersions(IReadOnlyDictionary<string, uint> crcs, Dictionary<string, string> types)
    {
        Crcs = crcs;
        this.types = types;
    }

    /// <summary>The CRCs by the names of the symbols.</summary>
    internal IReadOnlyDictionary<string, uint> Crcs { get; }

    /// <summary>Reads what genksyms printed, and the types that it listed (<c>-T</c>).</summary>
    internal static SymbolVersions Read(IEnumerable<string> printed, IEnumerable<string> types) => new(
        ReadCrcs(printed),
        types.Select(line => line.Split(' ', 2)).Where(words => words.Length == 2).DistinctBy(words => words[0])
            .ToDictionary(words => words[0], words => words[1].Trim(), StringComparer.Ordinal));

    /// <summary>The CRCs in lines such as <c>#SYMVER mmput 0x649d49da</c>, among others.</summary>
    internal static IReadOnlyDictionary<string, uint> ReadCrcs(IEnumerable<string> lines)
    {
        Dictionary<string, uint> crcs = new(StringComparer.Ordinal);
        foreach (Match line in lines.Select(line => Version().Match(line)).Where(line => line.Success))
        {
            ReadOnlySpan<char> crc = line.Groups["crc"].ValueSpan;
            crcs[line.Groups["name"].Value] = uint.Parse(crc, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        return crcs;
    }

    /// <summary>
    /// The declaration nearest to a symbol that makes its CRCs differ: the symbol's own, or that of a type to which it leads,
    /// as <c>struct page</c>.
    /// </summary>
    /// <param name="symbol">The symbol.</param>
    /// <param name="original">The versions without the patch.</param>
    /// <param name="patched">The versions with it.</param>
    /// <returns>Null where the patched source only sees the definitions of more types, or of fewer.</returns>
    internal static string? CauseOf(string symbol, SymbolVersions original, SymbolVersions patched)
    {
        Queue<string> pending = new([symbol]);
        HashSet<string> seen = new(pending, StringComparer.Ordinal);
        while (pending.TryDequeue(out string? name))
        {
            if (!original.types.TryGetValue(name, out string? before) || !patched.types.TryGetValue(name, out string? after)
                || before.EndsWith(Undefined, StringComparison.Ordinal) || after.EndsWith(Undefined, StringComparison.Ordinal))
            {
                continue;
            }

            if (before != after)
                return InWords(name);
            foreach (string word in before.Split(' ').Where(word => word.Length > 2 && word[1] == '#' && seen.Add(word)))
                pending.Enqueue(word);
        }

        return null;
    }

    // scripts/genksyms/genksyms.c, symbol_types.
    private static string InWords(string name) => name.Length < 2 || name[1] != '#' ? name : name[0] switch
    {
        's' => $"struct {name[2..]}",
        'u' => $"union {name[2..]}",
        'e' => $"enum {name[2..]}",
        _ => name[2..],
    };

    [GeneratedRegex(@"^#SYMVER (?<name>\S+) 0x(?<crc>[0-9a-f]{1,8})$")]
    private static partial Regex Version();
}
