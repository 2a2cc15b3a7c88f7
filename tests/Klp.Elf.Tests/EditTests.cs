using System.Text;
using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Elf.Model;
using Klp.Elf.Tests.Support;

namespace Klp.Elf.Tests;

[Trait("Needs", "kernel")]
public class EditTests
{
    public static TheoryData<string> Compilers => BinutilsCompiler.Names;

    [Theory]
    [MemberData(nameof(Compilers))]
    public void Readelf_shows_what_was_read(string compiler)
    {
        using TempFolder folder = new();
        ElfObject source = Samples.Compile(compiler);
        Readelf.AssertShows(source, folder.Write("same.o", source.ToArray()));
    }

    [Fact]
    public void Readelf_shows_what_was_read_of_a_kernels_modules()
    {
        foreach (string path in KernelTree.Modules)
            Readelf.AssertShows(ElfObject.Open(path), path);
    }

    [Theory]
    [MemberData(nameof(Compilers))]
    public void An_added_section_comes_last_and_moves_no_other(string compiler)
    {
        using TempFolder folder = new();
        ElfObject source = Samples.Compile(compiler);
        List<ElfSectionHeader> before = Headers(source.ToArray());

        source.AddSection(new ElfDataSection(".note.added", ElfSectionType.ProgBits, "added"u8.ToArray()) { Alignment = 16 });
        byte[] file = source.ToArray();
        Readelf.AssertShows(source, folder.Write("added.o", file));

        List<ElfSectionHeader> after = Headers(file);
        Assert.Equal(before.Count + 1, after.Count);
        int names = source.Sections.ToList().FindIndex(section => section.Name == ".shstrtab");
        foreach ((int index, ElfSectionHeader header) in before.Index())
            Assert.Equal(index == names ? header with { Size = after[names].Size } : header, after[index]);
        Assert.Equal(0u, after[^1].Offset % 16);
        Assert.Equal("added", Encoding.ASCII.GetString(file, (int)after[^1].Offset, (int)after[^1].Size));
    }

    [Theory]
    [MemberData(nameof(Compilers))]
    public void A_renamed_symbol_keeps_its_index_and_its_relocations(string compiler)
    {
        using TempFolder folder = new();
        ElfObject source = Samples.Compile(compiler);
        List<string> relocations = Readelf.Relocations(folder.Write("before.o", source.ToArray()));

        ElfSymbol symbol = source.Symbols.Single(symbol => symbol.Name == "external");
        symbol.Name = ".klp.sym.vmlinux.external,0";
        symbol.SetSpecialIndex(ElfSectionIndex.Livepatch);
        string path = folder.Write("renamed.o", source.ToArray());

        Readelf.AssertShows(source, path);
        Assert.Equal(relocations, Readelf.Relocations(path));
    }

    [Theory]
    [MemberData(nameof(Compilers))]
    public void Removed_sections_and_symbols_renumber_what_refers_to_the_others(string compiler)
    {
        using TempFolder folder = new();
        ElfObject source = Samples.Compile(compiler);
        List<string> expected = Description.Of(source, IsKept);

        foreach (ElfSection section in source.Sections.Where(section => !IsKept(section)).ToList())
            source.RemoveSection(section);
        source.SymbolTable!.RemoveSymbols(symbol => symbol.Section is { } section && !IsKept(section));
        byte[] file = source.ToArray();

        Readelf.AssertShows(source, folder.Write("removed.o", file));
        Assert.Equal(expected, Description.Of(ElfObject.Read(file, "removed.o")));
        Assert.DoesNotContain(source.Sections, section => section.Name.Contains("debug", StringComparison.Ordinal));

        static bool IsKept(ElfSection section) =>
            !section.Name.Contains(".debug_", StringComparison.Ordinal) && section.Name is not (".comment" or ".eh_frame" or ".rela.eh_frame");
    }

    [Theory]
    [MemberData(nameof(Compilers))]
    public void Contents_that_grow_move_what_follows(string compiler)
    {
        using TempFolder folder = new();
        ElfObject source = Samples.Compile(compiler);
        ElfDataSection data = (ElfDataSection)source.FindSection(".data")!;
        data.SetContents([.. data.Contents, .. new byte[1001]]);
        List<string> expected = Description.Of(source);

        byte[] file = source.ToArray();
        Readelf.AssertShows(source, folder.Write("grown.o", file));
        Assert.Equal(expected, Description.Of(ElfObject.Read(file, "grown.o")));
    }

    [Theory]
    [MemberData(nameof(Compilers))]
    public void Contents_that_shrink_leave_no_gap(string compiler)
    {
        using TempFolder folder = new();
        ElfObject source = Samples.Compile(compiler);
        int before = source.ToArray().Length;
        ElfDataSection info = (ElfDataSection)source.FindSection(".debug_info")!;
        source.RemoveSection(source.RelocationSections.Single(section => section.InfoSection == info));
        info.SetContents([]);

        byte[] file = source.ToArray();
        Assert.InRange(file.Length, 1, before - 100);
        Readelf.AssertShows(source, folder.Write("shrunk.o", file));
    }

    [Theory]
    [MemberData(nameof(Compilers))]
    public void An_edited_object_stays_the_same_when_read_and_written_again(string compiler)
    {
        ElfObject source = Samples.Compile(compiler);
        source.AddSection(new ElfDataSection(".added", ElfSectionType.ProgBits, [1, 2, 3]));
        source.Symbols.Single(symbol => symbol.Name == "external").Name = "a_longer_name_for_external";
        source.SymbolTable!.RemoveSymbols(symbol => symbol.Name == "unused");

        byte[] file = source.ToArray();
        Assert.Equal(file, ElfObject.Read(file, "edited.o").ToArray());
        Assert.Equal(file, source.ToArray());
    }

    [Theory]
    [MemberData(nameof(Compilers))]
    public void Names_can_be_shared_between_sections_and_symbols(string compiler)
    {
        using TempFolder folder = new();
        byte[] shared = ShareNames(Samples.Compile(compiler).ToArray());
        ElfObject source = ElfObject.Read(shared, "shared.o");
        Assert.Equal(shared, source.ToArray());
        Readelf.AssertShows(source, folder.Write("shared.o", shared));

        source.AddSection(new ElfDataSection(".added", ElfSectionType.ProgBits, [1, 2, 3]));
        source.Symbols.Single(symbol => symbol.Name == "external").Name = "renamed";
        Readelf.AssertShows(source, folder.Write("edited.o", source.ToArray()));
    }

    [Fact]
    public void What_refers_to_a_removed_section_is_named()
    {
        ElfObject source = Samples.Compile("arm64");
        source.RemoveSection(source.FindSection(".text.second")!);
        InvalidOperationException problem = Assert.Throws<InvalidOperationException>(source.ToArray);
        Assert.Contains("refers to section .text.second, which was removed", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_refers_to_a_removed_symbol_is_named()
    {
        ElfObject source = Samples.Compile("arm64");
        source.SymbolTable!.RemoveSymbols(symbol => symbol.Name == "external");
        InvalidOperationException problem = Assert.Throws<InvalidOperationException>(source.ToArray);
        Assert.Contains("refers to symbol external, which was removed", problem.Message, StringComparison.Ordinal);
    }

    private static List<ElfSectionHeader> Headers(byte[] file)
    {
        using ElfImage image = ElfImage.Read(new MemoryStream(file), "headers.o");
        return [.. image.Sections];
    }

    // As clang does: the section names are in .strtab. Here .shstrtab stays as well, empty.
    private static byte[] ShareNames(byte[] file)
    {
        using ElfImage image = ElfImage.Read(new MemoryStream(file), "names.o");
        ElfByteOrder order = image.Header.ByteOrder;
        int strtab = image.FindSection(".strtab");
        byte[] symbolNames = image.ReadSection(strtab);
        byte[] names = [.. symbolNames, .. image.ReadSection((int)image.Header.SectionNameTableIndex)];

        // The joined table goes to the end of the file.
        byte[] shared = [.. file, .. names];
        foreach ((int index, ElfSectionHeader header) in image.Sections.Index())
        {
            ElfSectionHeader changed = header with { NameOffset = header.NameOffset + (uint)symbolNames.Length };
            if (index == strtab)
                changed = changed with { Offset = (ulong)file.Length, Size = (ulong)names.Length };
            else if (index == (int)image.Header.SectionNameTableIndex)
                changed = changed with { Size = 0 };
            changed.Write(shared.AsSpan((int)image.Header.SectionHeaderOffset + (index * ElfSectionHeader.EntryBytes)), order);
        }

        order.WriteUInt16(shared.AsSpan(62), (ushort)strtab); // e_shstrndx
        return shared;
    }
}
