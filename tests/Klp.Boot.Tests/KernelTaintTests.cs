using Klp.Boot.Testing;

namespace Klp.Boot.Tests;

public class KernelTaintTests
{
    [Theory]
    [InlineData("0", "45056")] // 15, 13, 12: a livepatch, unsigned, out of tree
    [InlineData("512\n", "512\n")]
    [InlineData("0", "not a number")]
    public void What_livepatches_are_and_what_was_there_before_does_not_count(string before, string after) =>
        Assert.Empty(KernelTaint.Added(before, after));

    [Theory]
    [InlineData("0", "640", "D: the kernel has died, by an oops or a BUG", "W: the kernel warned")]
    [InlineData("512", "640", "D: the kernel has died, by an oops or a BUG")]
    [InlineData("0", "1", "P: a proprietary module was loaded")]
    [InlineData("0", "1073741824", "bit 30")]
    public void What_is_new_is_named(string before, string after, params string[] names) => Assert.Equal(names, KernelTaint.Added(before, after));

    /// <summary>The kernel's own list of the letters, in the order of the bits.</summary>
    [Fact]
    public void The_letters_are_those_of_the_kernels_documentation()
    {
        string file = Path.Combine(Klp.Sdk.Tests.Support.Repository.Root, "artifacts/demo-kernel/source/Documentation/admin-guide/tainted-kernels.rst");
        Assert.True(File.Exists(file), $"{file} is missing: eng/demo-kernel.sh unpacks it.");
        string[][] rows = File.ReadLines(file).Select(line => line.Trim().Split([' '], StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 3 && int.TryParse(words[0], out _) && words[1].Contains('/', StringComparison.Ordinal)).ToArray();

        Assert.True(rows.Length > 18);
        foreach (string[] row in rows)
        {
            ulong bit = 1UL << int.Parse(row[0], System.Globalization.CultureInfo.InvariantCulture);
            // Livepatch, out of tree, unsigned.
            if (bit is (1 << 12) or (1 << 13) or (1 << 15))
                continue;
            Assert.StartsWith(row[1][^1] + ": ", Assert.Single(KernelTaint.Added("0", bit.ToString(System.Globalization.CultureInfo.InvariantCulture))), StringComparison.Ordinal);
        }
    }
}
