using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Patching.Proof;

/// <summary>
/// Compares what two compiles of one source define: an object with a section for each function and variable has other code
/// than the kernel's own only where addresses are formed, provided that the compiler made the same functions (as clones and
/// those that were not expanded inline) and the same variables.
/// </summary>
public static class SymbolComparison
{
    /// <summary>Finds the first function or variable that only one of two objects has.</summary>
    /// <param name="expected">The kernel's own object.</param>
    /// <param name="found">The object with sections of its own for each function.</param>
    /// <returns>The difference; null where both define the same. The sizes of functions do not count, those of variables do.</returns>
    public static ObjectDifference? Find(ElfObject expected, ElfObject found)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(found);
        Dictionary<string, int> left = Count(expected), right = Count(found);
        return Find(left, right, "is missing") ?? Find(right, left, "is one too many");
    }

    private static ObjectDifference? Find(Dictionary<string, int> left, Dictionary<string, int> right, string what)
    {
        IEnumerable<string> only = left.Where(pair => right.GetValueOrDefault(pair.Key) < pair.Value).Select(pair => pair.Key);
        return only.Order(StringComparer.Ordinal).FirstOrDefault() is { } name
            ? new ObjectDifference(null, null, 0, $"the {name} {what}")
            : null;
    }

    private static Dictionary<string, int> Count(ElfObject elf) => elf.Symbols
        .Where(symbol => !symbol.IsUndefined && symbol.Name.Length > 0)
        .Select(Key).OfType<string>()
        .CountBy(key => key, StringComparer.Ordinal)
        .ToDictionary(StringComparer.Ordinal);

    private static string? Key(ElfSymbol symbol) => symbol.Type switch
    {
        ElfSymbolType.Function => $"function {symbol.Name} ({symbol.Binding})",
        ElfSymbolType.Object or ElfSymbolType.Common or ElfSymbolType.ThreadLocal =>
            $"variable {symbol.Name} ({symbol.Binding}, {symbol.Size} bytes)",
        _ => null,
    };
}
