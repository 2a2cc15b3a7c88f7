using System.Text;
using Klp.Patching.Proof;

namespace Klp.Kbuild.Patching;

/// <summary>
/// The constants that the compiler left in assembler text for a generated header: lines as
/// <c>.ascii "->NR_PAGEFLAGS 21 __NR_PAGEFLAGS"</c>, of DEFINE() in include/linux/kbuild.h.
/// </summary>
internal static class HeaderConstants
{
    private const string Mark = "\"->", Comment = "\"->#";

    /// <summary>Compares the constants of two compiles. What else the text has is not used.</summary>
    /// <returns>The first difference; null where they are the same.</returns>
    internal static ObjectDifference? Compare(byte[] tree, byte[] made)
    {
        string[] before = [.. Lines(tree)], after = [.. Lines(made)];
        int at = before.Zip(after).TakeWhile(pair => pair.First == pair.Second).Count();
        return at == before.Length && at == after.Length
            ? null
            : new ObjectDifference(null, null, 0, (at < before.Length, at < after.Length) switch
            {
                (true, true) => $"it has {after[at]} instead of {before[at]}",
                (true, false) => $"it lacks {before[at]}",
                _ => $"it has {after[at]} besides",
            });
    }

    // "NR_PAGEFLAGS 21", without the expression that it was made from.
    private static IEnumerable<string> Lines(byte[] text) =>
        from line in Encoding.UTF8.GetString(text).Split('\n')
        let start = line.IndexOf(Mark, StringComparison.Ordinal)
        where start >= 0 && !line.Contains(Comment, StringComparison.Ordinal)
        select string.Join(' ', line[(start + Mark.Length)..].Split(' ').Take(2)) into constant
        select constant.TrimEnd('"');
}
