using Klp.Elf.Constants;
using Klp.Elf.Index;
using Klp.Elf.Model;
using Klp.Elf.Tests.Support;

namespace Klp.Elf.Tests;

/// <summary>Relocations and symbols by place, of an object that is small enough to know all of it.</summary>
[Trait("Needs", "kernel")]
public class ElfIndexTests
{
    private const string Source = """
        .data
        .type table, %object
        .size table, 24
        .globl table
        table: .8byte text + 1, external
        .reloc ., BFD_RELOC_64, table + 8
        .4byte 0
        empty: .4byte 0
        text: .asciz "text"
        .type inner, %object
        .size inner, 4
        .set inner, table + 4
        .type empty, %object
        .text
        .type first, %function
        .size first, 8
        first: .8byte 0
        .type alias, %function
        .size alias, 8
        .globl alias
        .set alias, first
        .type second, %function
        .size second, 4
        second: .4byte 0
        .section .debug_any,"",%progbits
        .8byte text + 1
        """;

    public static TheoryData<string> Compilers => BinutilsCompiler.Names;

    [Theory]
    [MemberData(nameof(Compilers))]
    public void Relocations_are_found_where_they_apply(string compiler)
    {
        (ElfObject source, ElfSection data) = Assemble(compiler);
        ElfIndex index = new(source);

        Assert.Equal([0UL, 8UL, 16UL], index.RelocationsIn(data).Select(relocation => relocation.Offset));
        Assert.Equal("external", index.RelocationAt(new(data, 8))!.Symbol!.Name);
        Assert.Null(index.RelocationAt(new(data, 9)));
        Assert.Empty(index.RelocationsAt(new(data, 24)));
        Assert.Empty(index.RelocationsIn(source.FindSection(".text")!));
        Assert.Single(index.RelocationsIn(source.FindSection(".debug_any")!));
    }

    [Theory]
    [MemberData(nameof(Compilers))]
    public void Relocations_are_found_by_where_they_point_to(string compiler)
    {
        (ElfObject source, ElfSection data) = Assemble(compiler);
        ElfSection debug = source.FindSection(".debug_any")!;

        ElfIndex all = new(source);
        Assert.Equal([new ElfPlace(data, 16), new(data, 0), new(debug, 0)], all.RelocationsInto(data).Select(reference => reference.Place));
        Assert.Equal([new ElfPlace(data, 0), new(debug, 0)], all.RelocationsInto(new ElfPlace(data, 25)).Select(reference => reference.Place));
        Assert.Empty(all.RelocationsInto(new ElfPlace(data, 24)));
        Assert.Empty(all.RelocationsInto(debug));

        ElfIndex loaded = new(source, ElfSectionFlags.Alloc);
        Assert.Equal([new ElfPlace(data, 0)], loaded.RelocationsInto(new ElfPlace(data, 25)).Select(reference => reference.Place));
        Assert.Empty(loaded.RelocationsIn(debug));
    }

    [Theory]
    [MemberData(nameof(Compilers))]
    public void A_pointer_is_followed(string compiler)
    {
        (ElfObject source, ElfSection data) = Assemble(compiler);
        ElfIndex index = new(source);

        Assert.Equal(new ElfPlace(data, 25), index.Target(new(data, 0)));
        Assert.Equal("ext", index.StringAt(new(data, 0)));
        Assert.Null(index.Target(new(data, 8)));
        Assert.Null(index.StringAt(new(data, 8)));
        Assert.Equal(new ElfPlace(data, 8), index.Target(new(data, 16)));
    }

    [Theory]
    [MemberData(nameof(Compilers))]
    public void The_symbol_that_covers_a_place_is_the_one_that_begins_last(string compiler)
    {
        (ElfObject source, ElfSection data) = Assemble(compiler);
        ElfSection text = source.FindSection(".text")!;
        ElfIndex index = new(source);

        Assert.Equal("table", index.SymbolAt(new(data, 0), ElfSymbolType.Object)!.Name);
        Assert.Equal("inner", index.SymbolAt(new(data, 7), ElfSymbolType.Object)!.Name);
        Assert.Equal("table", index.SymbolAt(new(data, 8), ElfSymbolType.Object)!.Name);
        Assert.Equal("empty", index.SymbolAt(new(data, 20), ElfSymbolType.Object)!.Name);
        Assert.Equal("table", index.SymbolAt(new(data, 23), ElfSymbolType.Object)!.Name);
        Assert.Null(index.SymbolAt(new(data, 24), ElfSymbolType.Object));
        Assert.Null(index.SymbolAt(new(data, 0), ElfSymbolType.Function));

        // Of two names for one place, the global one comes later in the table.
        Assert.Equal("alias", index.SymbolAt(new(text, 7), ElfSymbolType.Function)!.Name);
        Assert.Equal("second", index.SymbolAt(new(text, 11), ElfSymbolType.Function)!.Name);
        Assert.Null(index.SymbolAt(new(text, ulong.MaxValue), ElfSymbolType.Function));
        Assert.Equal(["first", "alias", "second"], index.SymbolsIn(text).Where(symbol => symbol.Type == ElfSymbolType.Function).Select(symbol => symbol.Name));
    }

    [Theory]
    [MemberData(nameof(Compilers))]
    public void The_symbol_that_stands_for_a_section_is_found(string compiler)
    {
        (ElfObject source, ElfSection data) = Assemble(compiler);
        ElfIndex index = new(source);

        Assert.Equal(ElfSymbolType.Section, index.SectionSymbol(data)!.Type);
        Assert.Same(data, index.SectionSymbol(data)!.Section);
        Assert.Null(index.SectionSymbol(source.FindSection(".symtab")!));
    }

    [Fact]
    public void A_size_beyond_what_64_bits_count_covers_the_rest()
    {
        (ElfObject source, ElfSection data) = Assemble("arm64");
        source.Symbols.Single(symbol => symbol.Name == "inner").Size = ulong.MaxValue;

        ElfIndex index = new(source);
        Assert.Equal("inner", index.SymbolAt(new(data, ulong.MaxValue), ElfSymbolType.Object)!.Name);
        Assert.Equal("table", index.SymbolAt(new(data, 3), ElfSymbolType.Object)!.Name);
    }

    [Fact]
    public void Every_function_and_relocation_of_a_kernels_modules_is_found()
    {
        foreach (string path in KernelTree.Modules)
        {
            ElfObject source = ElfObject.Open(path);
            ElfIndex index = new(source);
            foreach (ElfSection section in source.Sections)
            {
                ElfSymbol[] functions = [.. source.Symbols.Where(symbol => symbol.Type == ElfSymbolType.Function && symbol.Section == section)];
                foreach (ElfSymbol function in functions)
                {
                    ElfSymbol? found = index.SymbolAt(new(section, function.Value), ElfSymbolType.Function);
                    Assert.Equal(function.Value, found!.Value);
                }

                ElfRelocation[] relocations = [.. source.RelocationSections.Where(applied => applied.InfoSection == section).SelectMany(applied => applied.Relocations)];
                Assert.Equal(relocations.ToHashSet(), index.RelocationsIn(section).ToHashSet());
                Assert.All(relocations, relocation => Assert.Contains(relocation, index.RelocationsAt(new(section, relocation.Offset))));
            }
        }
    }

    private static (ElfObject Source, ElfSection Data) Assemble(string compiler)
    {
        using TempFolder folder = new();
        ElfObject source = ElfObject.Open(BinutilsCompiler.Named(compiler).Compile(folder.Write("index.s", Source), folder["index.o"]));
        return (source, source.FindSection(".data")!);
    }
}
