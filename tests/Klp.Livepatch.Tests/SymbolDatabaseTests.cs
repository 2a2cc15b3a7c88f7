using Klp.Kernel.Diagnostics;
using Klp.Kernel.Symbols;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

[Trait("Needs", "kernel")]
public sealed class SymbolDatabaseTests : IDisposable
{
    private const string Text = """
        klp-convert-symbol-data.0.1
        *vmlinux
        once
        twice
        twice
        __ksymtab_once
        work.isra.0
        work.constprop.0
        work.constprop.0
        workqueue
        *zram
        twice
        once

        """;

    private readonly TempFolder folder = new();

    [Fact]
    public void A_name_occurs_as_often_as_it_has_lines_in_an_object()
    {
        SymbolLookup lookup = Find(Text, "once", "twice", "never");
        Assert.Equal([new SymbolOccurrence("vmlinux", 1), new SymbolOccurrence("zram", 1)], lookup.Occurrences("once"));
        Assert.Equal([new SymbolOccurrence("vmlinux", 2), new SymbolOccurrence("zram", 1)], lookup.Occurrences("twice"));
        Assert.Empty(lookup.Occurrences("never"));
        Assert.Equal(2, lookup.Count("vmlinux", "twice"));
        Assert.Equal(0, lookup.Count("dm_mod", "twice"));
        Assert.Equal(["vmlinux", "zram"], lookup.ObjectNames);
    }

    [Fact]
    public void A_ksymtab_line_tells_the_object_that_exports_a_name()
    {
        SymbolLookup lookup = Find(Text, "once", "twice");
        Assert.Equal("vmlinux", lookup.ExportingObject("once"));
        Assert.Null(lookup.ExportingObject("twice"));
    }

    [Fact]
    public void Clones_are_the_names_with_a_suffix_once_each() =>
        Assert.Equal(["work.constprop.0", "work.isra.0"], DemoTree.OpenDatabase(folder.Write("symbols.klp", Text)).FindClones("work"));

    [Theory]
    [InlineData("klp-convert-symbol-data.0.1", "\n")]
    [InlineData("klp-convert-symbol-data.0.1", "\r\n")]
    [InlineData("klp-convert-symbol-data-.0.1", "\n")]
    [InlineData("klp-convert-symbol-data-.0.1", "\r\n")]
    public void Both_headers_and_both_line_ends_are_read(string header, string lineEnd)
    {
        string text = Text.Replace("klp-convert-symbol-data.0.1", header, StringComparison.Ordinal).Replace("\n", lineEnd, StringComparison.Ordinal);
        SymbolLookup lookup = Find(text, "twice");
        Assert.Equal(2, lookup.Count("vmlinux", "twice"));
        Assert.Equal(["vmlinux", "zram"], lookup.ObjectNames);
        Assert.Equal(["work.constprop.0", "work.isra.0"], DemoTree.OpenDatabase(folder["symbols.klp"]).FindClones("work"));
    }

    [Fact]
    public void The_last_line_needs_no_end() => Assert.Equal(1, Find(Text.TrimEnd('\n'), "once").Count("zram", "once"));

    [Theory]
    [InlineData("klp-convert-symbol-data.0.1")]
    [InlineData("klp-convert-symbol-data.0.1\n\n")]
    public void A_database_without_objects_is_an_error(string text) =>
        Assert.Contains("is empty", Refusal(text, 0).Message, StringComparison.Ordinal);

    [Fact]
    public void An_object_that_begins_twice_is_an_error_at_its_second_line() =>
        Assert.Contains("*zram", Refusal(Text + "*vmlinux2\n*zram\nonce\n", 15).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("klp-convert-symbol-data.0.2\n*vmlinux\n")]
    [InlineData("*vmlinux\nonce\n")]
    [InlineData("klp-convert-symbol-data.0.1 \n*vmlinux\n")]
    public void Another_first_line_is_an_error(string text)
    {
        string path = folder.Write("symbols.klp", text);
        DiagnosticBag diagnostics = new();
        Assert.Null(SymbolDatabase.Open(path, diagnostics));
        Assert.Equal(new SourcePlace(path, 1), Expect.Error("KLP2001", diagnostics).Place);
    }

    [Fact]
    public void A_symbol_before_the_first_object_is_an_error_at_its_line()
    {
        string path = folder.Write("symbols.klp", "klp-convert-symbol-data.0.1\n\nonce\n*vmlinux\ntwice\n");
        DiagnosticBag diagnostics = new();
        DemoTree.OpenDatabase(path).Find(["once"], diagnostics);
        Diagnostic error = Expect.Error("KLP2001", diagnostics);
        Assert.Equal(new SourcePlace(path, 3), error.Place);
        Assert.Contains("\"once\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_compared_byte_by_byte()
    {
        SymbolLookup lookup = Find("klp-convert-symbol-data.0.1\n*vmlinux\nn\u00e4me\nname\n", "n\u00c3\u00a4me", "nam", "names");
        Assert.Equal(1, lookup.Count("vmlinux", "n\u00c3\u00a4me"));
        Assert.Equal(0, lookup.Count("vmlinux", "nam"));
        Assert.Equal(0, lookup.Count("vmlinux", "names"));
    }

    [Fact]
    public void Every_name_of_the_demo_kernel_is_counted_as_nm_counts_it()
    {
        Dictionary<string, int> expected = Nm.SystemMap(DemoTree.Vmlinux)
            .Where(symbol => symbol.Type is not ('A' or 'a'))
            .CountBy(symbol => symbol.Name)
            .ToDictionary();
        DiagnosticBag diagnostics = new();
        SymbolLookup lookup = DemoTree.Database.Find(expected.Keys, diagnostics);
        Expect.Nothing(diagnostics);
        Assert.All(expected, pair => Assert.Equal(pair.Value, lookup.Count("vmlinux", pair.Key)));
    }

    public void Dispose() => folder.Dispose();

    private Diagnostic Refusal(string text, int line)
    {
        string path = folder.Write("symbols.klp", text);
        DiagnosticBag diagnostics = new();
        DemoTree.OpenDatabase(path).Find(["once"], diagnostics);
        Diagnostic error = Expect.Error("KLP2001", diagnostics);
        Assert.Equal(new SourcePlace(path, line), error.Place);
        return error;
    }

    private SymbolLookup Find(string text, params string[] names)
    {
        DiagnosticBag diagnostics = new();
        SymbolLookup lookup = DemoTree.OpenDatabase(folder.Write("symbols.klp", text)).Find(names, diagnostics);
        Expect.Nothing(diagnostics);
        return lookup;
    }
}
