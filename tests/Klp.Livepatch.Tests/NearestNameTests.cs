using System.Text;
using Klp.Livepatch.Symbols;

namespace Klp.Livepatch.Tests;

/// <summary>The names that are offered for one that does not exist.</summary>
public sealed class NearestNameTests
{
    [Theory]
    [InlineData("meminfo", "meminfo", 0)]
    [InlineData("meminfo", "memifno", 1)]
    [InlineData("meminfo", "meminf", 1)]
    [InlineData("meminfo", "meminfos", 1)]
    [InlineData("meminfo", "memanfo", 1)]
    [InlineData("meminfo", "emminof", 2)]
    [InlineData("ca", "abc", 3)]
    [InlineData("show_val_kb", "val_show_kb", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void The_distance_counts_letters_added_left_out_changed_and_swapped(string first, string second, int distance)
    {
        Assert.Equal(distance, Between(first, second, 3));
        Assert.Equal(distance, Between(second, first, 3));
        Assert.True(Between(first, second, 0) > 0 == distance > 0);
    }

    // Oracle: the definition, without the limit.
    [Fact]
    public void Within_its_limit_the_distance_is_that_of_the_definition()
    {
        Random random = new(5);
        for (int run = 0; run < 3000; run++)
        {
            string first = Word(random), second = Word(random);
            int expected = Defined(first, second), limit = random.Next(0, 5), found = Between(first, second, limit);
            Assert.True(expected <= limit ? found == expected : found > limit, $"{first} {second}: {expected}, with limit {limit} {found}");
        }
    }

    [Fact]
    public void The_nearest_come_first_and_what_is_generated_never()
    {
        NearestNames nearest = new("meminfo_show");
        foreach (string name in (string[])["meminfo_shaw", "meminfo_sho", "__ksymtab_meminfo_show", "meminfo_show.cold", "__pfx_meminfo_show", "mm_info_show", "entirely_other", "meminfo_show2"])
            nearest.Add(Encoding.Latin1.GetBytes(name));
        Assert.Equal(["meminfo_show2", "meminfo_sho", "meminfo_shaw"], nearest.Names);
    }

    [Fact]
    public void A_short_name_is_near_to_few() => Assert.Equal("", Question("abc", "xyc"));

    private static string Question(string wanted, string known)
    {
        NearestNames nearest = new(wanted);
        nearest.Add(Encoding.Latin1.GetBytes(known));
        return nearest.Question();
    }

    private static int Between(string first, string second, int limit) => NameDistance.Between(Encoding.Latin1.GetBytes(first), Encoding.Latin1.GetBytes(second), limit);

    private static string Word(Random random) => new([.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => (char)('a' + random.Next(3)))]);

    private static int Defined(string first, string second)
    {
        int[,] table = new int[first.Length + 1, second.Length + 1];
        for (int i = 0; i <= first.Length; i++)
        {
            for (int j = 0; j <= second.Length; j++)
            {
                table[i, j] = i == 0 || j == 0 ? i + j : Math.Min(Math.Min(table[i - 1, j], table[i, j - 1]) + 1, table[i - 1, j - 1] + (first[i - 1] == second[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && first[i - 1] == second[j - 2] && first[i - 2] == second[j - 1])
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
            }
        }

        return table[first.Length, second.Length];
    }
}
