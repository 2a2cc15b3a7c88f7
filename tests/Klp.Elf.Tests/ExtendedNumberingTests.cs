using System.Globalization;
using System.Text;
using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Elf.Tests.Support;

namespace Klp.Elf.Tests;

/// <summary>Objects with more sections than 16-bit indices can count (gABI, SHN_XINDEX and SHT_SYMTAB_SHNDX).</summary>
public class ExtendedNumberingTests
{
    private const int FirstReserved = 0xff00;

    [Theory]
    [InlineData("arm64")]
    [InlineData("arm64, big-endian")]
    public void More_than_65280_sections_are_written_back_byte_for_byte(string compiler)
    {
        byte[] file = Assemble(compiler, 65400);
        ElfObject source = ElfObject.Read(file, "many.o");

        Assert.InRange(source.Sections.Count, 65400, 65500);
        Assert.Equal(0, source.Header.ByteOrder.ReadUInt16(file.AsSpan(60))); // e_shnum
        Assert.Equal(".d65399", source.Symbols.Single(symbol => symbol.Name == "in_the_last").Section!.Name);
        Assert.Equal(".d1", source.Symbols.Single(symbol => symbol.Name == "in_the_second").Section!.Name);
        Assert.True(file.AsSpan().SequenceEqual(source.ToArray()));
    }

    [Fact]
    public void Removing_sections_leads_back_to_indices_in_the_header()
    {
        using TempFolder folder = new();
        ElfObject source = ElfObject.Read(Assemble("arm64", FirstReserved), "many.o");
        HashSet<string> removed = [.. Enumerable.Range(2, 100).Select(number => string.Create(CultureInfo.InvariantCulture, $".d{number}"))];
        source.SymbolTable!.RemoveSymbols(symbol => symbol.Name == "unused" || (symbol.Section is { } section && removed.Contains(section.Name)));
        foreach (ElfSection section in source.Sections.Where(section => removed.Contains(section.Name)).ToList())
            source.RemoveSection(section);

        byte[] file = source.ToArray();
        Readelf.AssertShows(source, folder.Write("few.o", file));
        Assert.Equal(source.Sections.Count, source.Header.ByteOrder.ReadUInt16(file.AsSpan(60))); // e_shnum
        Assert.Equal((ulong)source.Symbols.Count * 4, source.Sections.OfType<ElfSymbolIndexSection>().Single().Size);
    }

    [Fact]
    public void Adding_sections_moves_the_count_to_section_0()
    {
        using TempFolder folder = new();
        ElfObject source = AlmostFull();
        int before = source.Sections.Count;
        for (int i = 0; i < 100; i++)
            source.AddSection(new ElfDataSection(".added", ElfSectionType.ProgBits, [1]));

        byte[] file = source.ToArray();
        Assert.Equal(0, source.Header.ByteOrder.ReadUInt16(file.AsSpan(60))); // e_shnum
        Assert.Equal(before + 100, ElfObject.Read(file, "again.o").Sections.Count);
        string path = folder.Write("overflowing.o", file);
        Readelf.AssertAccepts(path);
        Assert.StartsWith($"[{before + 99}] .added PROGBITS", Readelf.Sections(path)[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_symbol_in_a_section_beyond_gets_a_table_of_indices()
    {
        ElfObject source = AlmostFull();
        ElfDataSection added = new(".added", ElfSectionType.ProgBits, [1]);
        while (source.Sections.Count < FirstReserved)
            source.AddSection(new ElfDataSection(".added", ElfSectionType.ProgBits, [1]));
        source.AddSection(added);
        source.Symbols.Single(symbol => symbol.Name == "in_the_last").Section = added;

        // The object stays as it is; only the file has the table.
        ElfObject written = ElfObject.Read(source.ToArray(), "beyond.o");
        Assert.Equal([".symtab_shndx"], written.Sections.Skip(source.Sections.Count).Select(section => section.Name));
        Assert.Equal(FirstReserved, written.Sections.ToList().IndexOf(written.Symbols.Single(symbol => symbol.Name == "in_the_last").Section!));
        using TempFolder folder = new();
        Readelf.AssertShows(written, folder.Write("beyond.o", written.ToArray()));

        source.AddSection(new ElfSymbolIndexSection(".symtab_shndx", source.SymbolTable!));
        Assert.Equal(written.ToArray(), source.ToArray());
    }

    [Theory]
    [InlineData(ElfMachine.AArch64, true)]
    [InlineData(ElfMachine.S390, false)]
    public void A_created_object_may_have_more_than_65280_sections(ElfMachine machine, bool isLittleEndian)
    {
        ElfObject source = ElfObject.Create("many.o", machine, isLittleEndian ? ElfByteOrder.Little : ElfByteOrder.Big);
        for (int i = 0; i < FirstReserved + 10; i++)
        {
            ElfDataSection section = new(".d", ElfSectionType.ProgBits, [1]);
            source.AddSection(section);
            source.SymbolTable!.AddSymbol(new ElfSymbol("") { Section = section, Type = ElfSymbolType.Section });
        }

        byte[] file = source.ToArray();
        Assert.Equal(0, source.Header.ByteOrder.ReadUInt16(file.AsSpan(60))); // e_shnum
        Assert.Equal(ElfSectionIndex.Extended, source.Header.ByteOrder.ReadUInt16(file.AsSpan(62))); // e_shstrndx
        ElfObject written = ElfObject.Read(file, "many.o");
        Assert.Equal([".symtab", ".symtab_shndx", ".strtab", ".shstrtab"], written.Sections.TakeLast(4).Select(section => section.Name));
        Assert.Equal(Enumerable.Range(1, FirstReserved + 10).ToList(), IndicesOfSymbols(written));

        using TempFolder folder = new();
        Readelf.AssertShows(written, folder.Write("many.o", file));
    }

    private static List<int> IndicesOfSymbols(ElfObject source)
    {
        Dictionary<ElfSection, int> indices = source.Sections.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        return [.. source.Symbols.Skip(1).Select(symbol => indices[symbol.Section!])];
    }

    private static ElfObject AlmostFull()
    {
        ElfObject source = ElfObject.Read(Assemble("arm64", FirstReserved - 50), "full.o");
        Assert.InRange(source.Sections.Count, FirstReserved - 50, FirstReserved - 1);
        Assert.DoesNotContain(source.Sections, section => section is ElfSymbolIndexSection);
        return source;
    }

    private static byte[] Assemble(string compiler, int sections)
    {
        using TempFolder folder = new();
        StringBuilder source = new();
        for (int i = 0; i < sections; i++)
            source.Append(CultureInfo.InvariantCulture, $".section .d{i},\"aw\"\n.byte 1\n");
        source.Append("in_the_last: .8byte in_the_second, in_the_last, external\n");
        source.Append(".section .d1\nin_the_second: .8byte in_the_last\n.globl in_the_last\n.globl in_the_second\nunused = 1\n");
        return File.ReadAllBytes(BinutilsCompiler.Named(compiler).Compile(folder.Write("many.s", source.ToString()), folder["many.o"]));
    }
}
