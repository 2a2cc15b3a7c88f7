using System.Text;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Symbols;

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

    // With one unknown name and very many that are as near to it, all of them were kept.
    [Fact]
    public void Of_very_many_that_are_as_near_as_each_other_only_the_first_are_kept()
    {
        byte[][] names = [.. Enumerable.Range(0, 20000).Select(number => Encoding.Latin1.GetBytes($"memory_of_{number:d5}_names"))];
        NearestNames nearest = new("memory_of_abcde_names");
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (byte[] name in names)
            nearest.Add(name);
        Assert.Empty(nearest.Names);

        nearest = new("memory_of_00_names");
        foreach (byte[] name in names)
            nearest.Add(name);
        Assert.Equal(["memory_of_00000_names", "memory_of_00001_names", "memory_of_00002_names"], nearest.Names);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void The_order_in_which_names_come_does_not_count()
    {
        string[] names = ["meminfo_shox", "meminfo_shoy", "meminfo_shoz", "neminfo_show", "meminfo_sho", "meminfo_show2", "meminfo_shaw"];
        foreach (string[] order in (string[][])[names, [.. names.Reverse()], [.. names, .. names]])
        {
            NearestNames nearest = new("meminfo_show");
            foreach (string name in order)
                nearest.Add(Encoding.Latin1.GetBytes(name));
            Assert.Equal(["meminfo_show2", "meminfo_sho", "meminfo_shox"], nearest.Names);
        }
    }

    [Fact]
    public void One_pass_over_a_database_serves_all_names()
    {
        byte[] text = Encoding.Latin1.GetBytes($"{SymbolDatabaseFormat.Header}\n*vmlinux\nmeminfo_show\nmeminfo_sho2\ncmdline_show\n*zram\nmeminfo_shew\r\n");
        SymbolDatabase database = SymbolDatabase.Parse(text, "", new DiagnosticBag())!;
        Dictionary<(string Name, string? ObjectName), NearestNames> found = database.FindNearest([("meminfo_shaw", null), ("meminfo_shaw", "zram"), ("cmdline_shw", "vmlinux"), ("cmdline_shw", "zram"), ("meminfo_shaw", null)]);
        Assert.Equal(["meminfo_shew", "meminfo_show", "meminfo_sho2"], found[("meminfo_shaw", null)].Names);
        Assert.Equal(["meminfo_shew"], found[("meminfo_shaw", "zram")].Names);
        Assert.Equal(["cmdline_show"], found[("cmdline_shw", "vmlinux")].Names);
        Assert.Empty(found[("cmdline_shw", "zram")].Names);
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
