using Klp.Kernel.Facts;

namespace Klp.Livepatch.Tests;

public class KernelVersionTests
{
    [Theory]
    [InlineData("7.2.11", 7, 2, 11)]
    [InlineData("6.1.0-18-amd64", 6, 1, 0)]
    [InlineData("6.17", 6, 17, 0)]
    [InlineData("6.17-rc3+", 6, 17, 0)]
    [InlineData("4.19.325-cip117", 4, 19, 325)]
    [InlineData("5.14.0-427.el9.x86_64", 5, 14, 0)]
    public void A_release_begins_with_its_version(string release, int major, int minor, int patch)
    {
        Assert.True(KernelVersion.TryParse(release, out KernelVersion version));
        Assert.Equal(new KernelVersion(major, minor, patch), version);
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("v7.2")]
    [InlineData("next-20260101")]
    [InlineData("99999999999.1")]
    public void Other_text_is_no_release(string release) => Assert.False(KernelVersion.TryParse(release, out _));

    [Fact]
    public void Versions_are_ordered_by_number_and_not_by_letter()
    {
        KernelVersion[] ordered = [new(4, 5), new(5, 8), new(5, 10), new(6, 1), new(6, 1, 9), new(6, 1, 10), new(6, 17), new(7, 0)];
        Assert.Equal(ordered, ordered.Reverse().Order());
        Assert.True(new KernelVersion(5, 8) < new KernelVersion(5, 10));
        Assert.True(new KernelVersion(5, 8) <= new KernelVersion(5, 8, 0));
        Assert.True(new KernelVersion(5, 10) > new KernelVersion(5, 8, 18));
        Assert.True(new KernelVersion(5, 10) >= new KernelVersion(5, 10));
    }

    [Theory]
    [InlineData("4.4", 127, false)]
    [InlineData("5.7.19", 127, false)]
    [InlineData("5.8", 127, true)]
    [InlineData("6.0.9", 127, true)]
    [InlineData("6.1", 511, true)]
    [InlineData("7.2.11", 511, true)]
    public void A_dialect_is_that_of_the_newest_change_before_the_version(string release, int nameLength, bool resolvesAtLoad)
    {
        Assert.True(KernelVersion.TryParse(release, out KernelVersion version));
        KernelDialect dialect = KernelDialect.For(version);
        Assert.Equal(nameLength, dialect.MaxSymbolNameLength);
        Assert.Equal(resolvesAtLoad, dialect.ResolvesVmlinuxAtLoad);
    }
}
