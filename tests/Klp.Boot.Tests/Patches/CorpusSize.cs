using System.Globalization;

namespace Klp.Boot.Tests.Patches;

/// <summary>How much of a corpus a run takes.</summary>
internal static class CorpusSize
{
    /// <summary>Ten, or what the environment variable KLP_CORPUS says: a number, or "all".</summary>
    public static int OfThisRun => Of("KLP_CORPUS");

    /// <summary>
    /// Of how many units a file may be a part: ten, or what KLP_CORPUS_UNITS says, a number or "all". A header that hundreds of
    /// units read is minutes of work.
    /// </summary>
    public static int MostUnits => Of("KLP_CORPUS_UNITS");

    /// <summary>That many, in an order by chance; the seed is told, and KLP_CORPUS_SEED sets it.</summary>
    public static T[] Choose<T>(IEnumerable<T> all, out int seed)
    {
        T[] shuffled = [.. all];
        seed = Environment.GetEnvironmentVariable("KLP_CORPUS_SEED") is { Length: > 0 } set
            ? int.Parse(set, CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        new Random(seed).Shuffle(shuffled);
        return shuffled[..Math.Min(OfThisRun, shuffled.Length)];
    }

    private static int Of(string variable) => Environment.GetEnvironmentVariable(variable) switch
    {
        null or "" => 10,
        "all" => int.MaxValue,
        string number => int.Parse(number, CultureInfo.InvariantCulture),
    };
}
