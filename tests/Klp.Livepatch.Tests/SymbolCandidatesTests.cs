using Klp.Elf.Image;
using Klp.Kernel.SymbolTables;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

[Trait("Needs", "kernel")]
public class SymbolCandidatesTests
{
    [Theory]
    [InlineData("init_once")]
    [InlineData("reserved_mem_count")]
    [InlineData("test_ti_thread_flag.constprop.0")]
    public void Symbols_of_one_name_have_the_positions_of_their_addresses(string name)
    {
        string[] addresses = [.. Nm.SystemMap(DemoTree.Vmlinux).Where(symbol => symbol.Name == name).Select(symbol => symbol.Address)];
        IReadOnlyList<SymbolCandidate> symbols = Find(name);
        Assert.True(symbols.Count > 1);
        Assert.Equal(addresses, symbols.Select(symbol => $"{symbol.Value:x16}"));
        Assert.Equal(Enumerable.Range(1, addresses.Length), symbols.Select(symbol => symbol.Sympos));
    }

    [Theory]
    [InlineData("init_once")]
    [InlineData("reserved_mem_count")]
    [InlineData("meminfo_proc_show")]
    public void A_local_symbols_file_is_the_one_before_it_in_readelfs_table(string name)
    {
        List<(ulong Address, string File, string Type)> expected = [];
        string file = "";
        foreach (ReadelfSymbol symbol in Readelf.Symbols(DemoTree.Vmlinux))
        {
            if (symbol.Type == "FILE")
                file = symbol.Name;
            else if (symbol.Name == name)
                expected.Add((symbol.Value, file, symbol.Type));
        }

        Assert.Equal(
            expected.OrderBy(symbol => symbol.Address),
            Find(name).Select(symbol => (symbol.Value, symbol.SourceFile!, symbol.IsFunction ? "FUNC" : "OBJECT")));
    }

    [Fact]
    public void A_global_symbols_file_is_not_known() => Assert.Null(Assert.Single(Find("si_swapinfo")).SourceFile);

    /// <summary>The linker gives it the index of .init.text, which begins behind it and is freed; it is not.</summary>
    [Fact]
    public void A_symbol_that_the_linkers_script_puts_between_two_sections_is_in_none()
    {
        Assert.Null(Assert.Single(Find("reserved_pg_dir")).SectionName);
        Assert.Equal(".init.text", Assert.Single(Find("_sinittext")).SectionName);
        Assert.Equal(".text", Assert.Single(Find("meminfo_proc_show")).SectionName);
    }

    [Fact]
    public void A_name_that_is_nowhere_has_no_symbols() => Assert.Empty(Find("no_such_symbol"));

    private static IReadOnlyList<SymbolCandidate> Find(string name)
    {
        using ElfImage vmlinux = ElfImage.Open(DemoTree.Vmlinux);
        return SymbolCandidates.InVmlinux(vmlinux, name);
    }
}
