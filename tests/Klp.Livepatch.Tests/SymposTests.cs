using System.Text.Json;
using Klp.Kernel.Facts;

namespace Klp.Livepatch.Tests;

public class SymposTests
{
    private static readonly string[] Two = ["first", "second"];

    [Fact]
    public void The_only_one_and_the_first_are_one_to_the_kernel()
    {
        Assert.Equal(new Sympos(1).Ordinal, Sympos.Only.Ordinal);
        Assert.NotEqual(new Sympos(1), Sympos.Only);
        Assert.Equal(["first", "first", "second", null], new Sympos[] { 0, 1, 2, 3 }.Select(position => position.In(Two)));
        Assert.Null(new Sympos(ulong.MaxValue).In(Two));
    }

    [Fact]
    public void Only_the_only_one_is_ambiguous()
    {
        Assert.True(Sympos.Only.IsAmbiguous(2));
        Assert.False(Sympos.Only.IsAmbiguous(1));
        Assert.False(new Sympos(1).IsAmbiguous(2));
    }

    // As a klp_func may have it.
    [Fact]
    public void A_position_of_64_bits_is_within_no_object()
    {
        Assert.False(new Sympos(ulong.MaxValue).IsWithin(int.MaxValue));
        Assert.Equal("18446744073709551615", new Sympos(ulong.MaxValue).ToString());
    }

    [Fact]
    public void It_is_a_number_in_JSON() => Assert.Equal("[0,2]", JsonSerializer.Serialize(new Sympos[] { 0, 2 }));
}
