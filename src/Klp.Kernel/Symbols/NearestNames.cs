using System.Numerics;
using System.Text;

namespace Klp.Kernel.Symbols;

/// <summary>
/// Gathers the names that are nearest to one that does not exist, of very many: a name is compared letter by letter only where
/// its length and the letters it has leave it a chance.
/// </summary>
public sealed class NearestNames
{
    private const int Most = 3;
    private const int LargestLimit = 3;

    private readonly byte[] wanted;
    private readonly uint letters;
    private readonly List<Found> best = [];
    private int limit;

    /// <summary>Looks for names near to one.</summary>
    /// <param name="name">The name, one character a byte (ISO 8859-1).</param>
    public NearestNames(string name)
    {
        wanted = Encoding.Latin1.GetBytes(name);
        letters = Letters(wanted);
        // A name of four letters with two others is another name.
        limit = Math.Min(LargestLimit, Math.Max(1, wanted.Length / 4));
    }

    /// <summary>The nearest names, three at most, the nearest first; those that are as near as each other by their letters.</summary>
    public IReadOnlyList<string> Names => [.. best.Select(found => Encoding.Latin1.GetString(found.Name))];

    /// <summary>Considers a name.</summary>
    public void Add(ReadOnlySpan<byte> name) => Add(name, Letters(name));

    /// <summary>Considers a name whose <see cref="Letters"/> are known.</summary>
    public void Add(ReadOnlySpan<byte> name, uint itsLetters)
    {
        // Each slip changes which letters there are by two at most.
        if (Math.Abs(name.Length - wanted.Length) > limit || BitOperations.PopCount(itsLetters ^ letters) > 2 * limit || IsGenerated(name))
            return;
        int distance = NameDistance.Between(wanted, name, limit);
        if (distance > limit || distance == 0)
            return;
        int common = name.CommonPrefixLength(wanted), at = 0;
        for (; at < best.Count; at++)
        {
            int order = best[at].CompareTo(distance, common, name);
            if (order == 0)
                return;
            if (order > 0)
                break;
        }

        if (at == Most)
            return;
        if (best.Count == Most)
            best.RemoveAt(Most - 1);
        best.Insert(at, new Found(distance, common, name.ToArray()));
        // What is further away than enough others is not wanted any more.
        if (best.Count == Most)
            limit = best[^1].Distance;
    }

    /// <summary>"Did you mean …?" with a space before it; empty where no name is near.</summary>
    public string Question() =>
        Names is { Count: > 0 } names ? $" Did you mean {string.Join(" or ", names.Select(name => $"'{name}'"))}?" : "";

    /// <summary>Which letters a name has: a bit for each, digits and signs sharing what is left.</summary>
    internal static uint Letters(ReadOnlySpan<byte> name)
    {
        uint set = 0;
        foreach (byte letter in name)
            set |= 1u << (letter & 31);
        return set;
    }

    // Exports, padding before functions, checks of indirect calls and what compilers number.
    private static bool IsGenerated(ReadOnlySpan<byte> name) =>
        name.StartsWith("__ksymtab_"u8)
            || name.StartsWith("__kstrtab"u8)
            || name.StartsWith("__crc_"u8)
            || name.StartsWith("__pfx_"u8)
            || name.StartsWith("__cfi_"u8)
            || name.Contains((byte)'.')
            || name.Contains((byte)'$');

    /// <summary>A name that is near.</summary>
    private readonly record struct Found(int Distance, int CommonStart, byte[] Name)
    {
        /// <summary>Below 0 where it goes before another name, above 0 where after it, and 0 for the same name.</summary>
        internal int CompareTo(int distance, int commonStart, ReadOnlySpan<byte> name) =>
            Distance != distance ? Distance.CompareTo(distance)
                : CommonStart != commonStart ? commonStart.CompareTo(CommonStart)
                : Name.AsSpan().SequenceCompareTo(name);
    }
}
