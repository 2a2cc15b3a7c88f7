using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Symbols;
using Klp.Kernel.Trees;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

[Trait("Needs", "kernel")]
public sealed class SymbolDatabaseBuilderTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public void The_first_line_is_the_formats_and_each_object_follows_in_the_order_of_the_kernel()
    {
        DatabaseText text = DatabaseText.Build(DemoTree.Tree.Sources);
        Assert.Equal("klp-convert-symbol-data.0.1", text.Header);
        Assert.Equal(["vmlinux", .. DemoTree.Tree.ModulePaths.Select(ModuleName.FromPath)], text.Objects.Select(entry => entry.Name));
    }

    [Fact]
    public void The_symbols_of_vmlinux_are_those_of_nm_that_pass_mksysmap_by_address()
    {
        IReadOnlyList<string> names = DatabaseText.Build(DemoTree.Tree.Sources).Names("vmlinux");
        AssertSameByAddress(Nm.SystemMap(DemoTree.Vmlinux), names);
    }

    [Theory]
    [InlineData("zram")]
    [InlineData("zsmalloc")]
    [InlineData("dm_mod")]
    [InlineData("dm_zero")]
    [InlineData("lzo_compress")]
    public void The_symbols_of_a_module_are_the_defined_ones_that_stay_in_memory_in_the_order_of_its_symbol_table(string module)
    {
        string path = DemoTree.Module(module);
        const ulong alloc = 2;
        HashSet<string> staying = [.. Readelf.Sections(path)
            .Where(section => (section.Flags & alloc) != 0 && !section.Name.StartsWith(".init", StringComparison.Ordinal) && section.Name != ".modinfo")
            .Select(section => section.Name)];
        Assert.Equal(Nm.WithSections(path).Where(symbol => staying.Contains(symbol.Section)).Select(symbol => symbol.Name), DatabaseText.Build(DemoTree.Tree.Sources).Names(module));
    }

    [Fact]
    public void The_text_has_line_feeds_only_and_no_empty_line()
    {
        string text = DatabaseText.Build(DemoTree.Tree.Sources).Text;
        Assert.DoesNotContain('\r', text);
        Assert.DoesNotContain("\n\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_kernel_gives_the_same_bytes() => Assert.Equal(DatabaseText.Build(DemoTree.Tree.Sources).Text, DatabaseText.Build(DemoTree.Tree.Sources).Text);

    [Fact]
    public void A_livepatch_is_not_among_the_objects()
    {
        using FakeTree tree = new();
        string zero = DemoTree.Module("dm_zero");
        ElfObject module = ElfObject.Open(zero);
        ((ElfDataSection)module.FindSection(".modinfo")!).SetContents("livepatch=Y\0"u8.ToArray());
        tree.AddModule("extra/livepatch.ko", module.ToArray());
        tree.AddModule("extra/other-module.ko", File.ReadAllBytes(zero));
        IEnumerable<string> names = DatabaseText.Build(DemoTree.Open(tree.Path).Sources).Objects.Select(entry => entry.Name);
        Assert.Contains("other_module", names);
        Assert.DoesNotContain("livepatch", names);
    }

    [Fact]
    public void The_file_is_made_with_its_folder_and_nothing_else()
    {
        DiagnosticBag diagnostics = new();
        Assert.True(SymbolDatabaseBuilder.Build(DemoTree.Tree.Sources, folder["cache/kernel/symbols.klp"], diagnostics));
        Expect.Nothing(diagnostics);
        Assert.Equal(folder["cache/kernel/symbols.klp"], Assert.Single(Directory.EnumerateFileSystemEntries(folder["cache/kernel"])));
    }

    [Theory]
    [InlineData("half")]
    [InlineData("garbage")]
    [InlineData("empty")]
    [InlineData("stripped")]
    public void An_unreadable_vmlinux_is_an_error_that_leaves_the_old_database(string damage) =>
        AssertRefused("KLP2002", DemoTree.Tree.Sources with { VmlinuxPath = Damaged(DemoTree.Vmlinux, damage) }, "damaged");

    [Theory]
    [InlineData("half")]
    [InlineData("garbage")]
    [InlineData("empty")]
    [InlineData("stripped")]
    public void An_unreadable_module_is_an_error_that_leaves_the_old_database(string damage) =>
        AssertRefused("KLP2003", DemoTree.Tree.Sources with { ModulePaths = [DemoTree.Module("zram"), Damaged(DemoTree.Module("dm_mod"), damage)] }, "damaged");

    [Fact]
    public void Every_unreadable_file_is_told()
    {
        string module = Damaged(DemoTree.Module("zram"), "half");
        string another = folder.Write("another", File.ReadAllBytes(module));
        DiagnosticBag diagnostics = new();
        Assert.False(SymbolDatabaseBuilder.Build(new SymbolSources { VmlinuxPath = module, ModulePaths = [module, DemoTree.Module("dm_mod"), another] }, folder["symbols.klp"], diagnostics));
        Expect.Codes(diagnostics, "KLP2002", "KLP2003", "KLP2003");
        Assert.False(File.Exists(folder["symbols.klp"]));
    }

    [Fact]
    public void A_module_that_is_named_twice_or_by_a_copy_is_counted_once()
    {
        string zram = DemoTree.Module("zram");
        string copy = folder.Write("zram.ko", File.ReadAllBytes(zram));
        Assert.Equal(DatabaseText.Build(new SymbolSources { ModulePaths = [zram] }).Text, DatabaseText.Build(new SymbolSources { ModulePaths = [zram, zram, copy] }).Text);
    }

    [Fact]
    public void Two_different_modules_of_one_name_are_an_error()
    {
        string other = folder.Write("zram.ko", File.ReadAllBytes(DemoTree.Module("dm_mod")));
        DiagnosticBag diagnostics = new();
        Assert.False(SymbolDatabaseBuilder.Build(new SymbolSources { ModulePaths = [DemoTree.Module("zram"), other] }, folder["symbols.klp"], diagnostics));
        Diagnostic error = Expect.Error("KLP2006", diagnostics);
        Assert.Equal(other, error.Place!.File);
        Assert.Contains(DemoTree.Module("zram"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_from_before_do_not_stop_it()
    {
        DiagnosticBag diagnostics = new();
        diagnostics.AddError("KLP9999", "something else");
        Assert.True(SymbolDatabaseBuilder.Build(DemoTree.Tree.Sources, folder["symbols.klp"], diagnostics));
        Assert.True(File.Exists(folder["symbols.klp"]));
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Asserts the names in the order of addresses; in no order at one address, where nm and the kernel may differ.</summary>
    internal static void AssertSameByAddress(IReadOnlyList<NmSymbol> expected, IReadOnlyList<string> actual)
    {
        NmSymbol[] listed = [.. expected.Where(symbol => symbol.Type is not ('A' or 'a'))];
        Assert.Equal(listed.Length, actual.Count);
        int position = 0;
        foreach (NmSymbol[] sameAddress in listed.GroupBy(symbol => symbol.Address).Select(group => group.ToArray()))
        {
            Assert.Equal(
                sameAddress.Select(symbol => symbol.Name).Order(StringComparer.Ordinal),
                actual.Skip(position).Take(sameAddress.Length).Order(StringComparer.Ordinal));
            position += sameAddress.Length;
        }
    }

    private void AssertRefused(string code, SymbolSources sources, string named)
    {
        string output = folder.Write("symbols.klp", "the old one");
        DiagnosticBag diagnostics = new();
        Assert.False(SymbolDatabaseBuilder.Build(sources, output, diagnostics));
        Diagnostic error = Expect.Error(code, diagnostics);
        Assert.Equal(folder[named], error.Place!.File);
        Assert.Equal("the old one", File.ReadAllText(output));
        Assert.Equal([folder[named], output], Directory.EnumerateFiles(folder.Path).Order(StringComparer.Ordinal));
    }

    private string Damaged(string path, string damage)
    {
        if (damage == "stripped")
        {
            Tool.Run(Tool.Arm64 + "strip", "-o", folder["damaged"], path);
            return folder["damaged"];
        }

        byte[] bytes = File.ReadAllBytes(path);
        return folder.Write("damaged", damage switch
        {
            "half" => bytes[..(bytes.Length / 2)],
            "garbage" => [.. bytes.Select(value => (byte)(value ^ 0x5a))],
            _ => [],
        });
    }
}
