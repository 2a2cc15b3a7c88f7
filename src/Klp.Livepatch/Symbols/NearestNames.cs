using System.Numerics;
using System.Text;

namespace Klp.Livepatch.Symbols;

/// <summary>
/// Gathers the names that are nearest to one that does not exist, of very many: a name is compared letter by letter only where
/// its length and the letters it has leave it a chance.
/// </summary>
internal sealed class NearestNames
{
    private const int Most = 3;
    private const int LargestLimit = 3;

    private readonly byte[] wanted;
    private readonly uint letters;
    private readonly List<(int Distance, string Name)> best = [];
    private int limit;

    /// <summary>Looks for names near to one.</summary>
    /// <param name="name">The name, one character a byte (ISO 8859-1).</param>
    internal NearestNames(string name)
    {
        wanted = Encoding.Latin1.GetBytes(name);
        letters = Letters(wanted);
        // A name of four letters with two others is another name.
        limit = Math.Min(LargestLimit, Math.Max(1, wanted.Length / 4));
    }

    /// <summary>The nearest names, the nearest first; those that are as near as each other by their letters.</summary>
    internal IReadOnlyList<string> Names => [.. best.OrderBy(found => found.Distance).ThenByDescending(found => CommonStart(found.Name)).ThenBy(found => found.Name, StringComparer.Ordinal).Select(found => found.Name).Take(Most)];

    /// <summary>Considers a name.</summary>
    internal void Add(ReadOnlySpan<byte> name)
    {
        // Each slip changes which letters there are by two at most.
        if (Math.Abs(name.Length - wanted.Length) > limit || BitOperations.PopCount(Letters(name) ^ letters) > 2 * limit || IsGenerated(name))
            return;
        int distance = NameDistance.Between(wanted, name, limit);
        if (distance > limit || distance == 0)
            return;
        string text = Encoding.Latin1.GetString(name);
        if (best.Exists(found => found.Name == text))
            return;
        best.Add((distance, text));
        // What is further away than enough others is not wanted any more.
        limit = best.Count < Most ? limit : Math.Min(limit, best.Select(found => found.Distance).Order().ElementAt(Most - 1));
    }

    /// <summary>"Did you mean …?" with a space before it; empty where no name is near.</summary>
    internal string Question() => Names is { Count: > 0 } names ? $" Did you mean {string.Join(" or ", names.Select(name => $"'{name}'"))}?" : "";

    // A bit for each letter, digits and signs sharing what is left.
    private static uint Letters(ReadOnlySpan<byte> name)
    {
        uint set = 0;
        foreach (byte letter in name)
            set |= 1u << (letter & 31);
        return set;
    }

    // Exports, padding before functions, checks of indirect calls and what compilers number.
    private static bool IsGenerated(ReadOnlySpan<byte> name) =>
        name.StartsWith("__ksymtab_"u8) || name.StartsWith("__kstrtab"u8) || name.StartsWith("__crc_"u8) || name.StartsWith("__pfx_"u8) || name.StartsWith("__cfi_"u8) || name.Contains((byte)'.') || name.Contains((byte)'$');

    private int CommonStart(string name) => name.Zip(wanted).TakeWhile(pair => pair.First == pair.Second).Count();
}
