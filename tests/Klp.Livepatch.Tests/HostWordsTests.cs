using Klp.Kernel.Diagnostics;

namespace Klp.Livepatch.Tests;

/// <summary>Places in messages for what users write, and the words that fill them.</summary>
public sealed class HostWordsTests
{
    private static readonly HostWords Words = new(HostWord.All.ToDictionary(word => word, word => $"<{word.Name} {{0}}>"));

    [Fact]
    public void A_place_is_filled_and_nothing_else_is_changed()
    {
        Assert.Equal("name it", Words.Fill("name it"));
        Assert.Equal("a <Qemu Qemu>, <Vmlinux Vmlinux>.", Words.Fill($"a {HostWord.Qemu}, {HostWord.Vmlinux}."));
        Assert.Equal("<ExternalModulesIn /tmp/a b>", Words.Fill(HostWord.ExternalModulesIn.Of("/tmp/a b")));
    }

    [Theory]
    [InlineData("\u27e8")]
    [InlineData("\u27e8Qemu")]
    [InlineData("\u27e8other\u27e9")]
    [InlineData("\u27e9\u27e8\u27e9")]
    public void What_is_no_place_stays(string text) =>
        Assert.Equal($"{text} or <Qemu Qemu>", Words.Fill($"{text} or {HostWord.Qemu}"));

    [Fact]
    public void A_host_has_a_word_for_each_place()
    {
        ArgumentException missing = Assert.Throws<ArgumentException>(() => new HostWords(new Dictionary<HostWord, string>()));

        Assert.Contains(HostWord.All[0].Name, missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_places_are_listed()
    {
        Assert.Equal(
            typeof(HostWord).GetProperties().Where(property => property.PropertyType == typeof(HostWord)).Select(property => property.Name).Order(),
            HostWord.All.Select(word => word.Name).Order());
    }
}
