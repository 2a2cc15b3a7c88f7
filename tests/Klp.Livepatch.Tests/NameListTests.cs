using Klp.Kernel.Diagnostics;

namespace Klp.Livepatch.Tests;

public class NameListTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a", "a")]
    [InlineData("a b", "a and b")]
    [InlineData("a b c d", "a, b, c and d")]
    [InlineData("a b c d e", "a, b, c and 2 more")]
    public void A_sentence_names_a_few_and_counts_the_rest(string names, string expected) =>
        Assert.Equal(expected, NameList.Of(names.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}
