using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Elf.Tests.Support;

namespace Klp.Elf.Tests;

/// <summary>Objects that are made of nothing. None of it needs a compiler or a kernel.</summary>
public class CreateTests
{
    public static TheoryData<int> Machines => Created.MachineIndices;

    [Theory]
    [MemberData(nameof(Machines))]
    public void What_is_read_is_what_was_created(int machine)
    {
        ElfObject source = Created.Create(machine);
        byte[] file = source.ToArray();
        ElfObject read = ElfObject.Read(file, "read.o");

        Assert.Equal(Description.Of(source), Description.Of(read));
        Assert.Equal((source.Header.Machine, source.Header.ByteOrder, source.Header.Flags), (read.Header.Machine, read.Header.ByteOrder, read.Header.Flags));
        Assert.Equal(file, read.ToArray());
        Assert.Equal(file, source.ToArray());
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void Readelf_shows_what_was_created(int machine)
    {
        using TempFolder folder = new();
        ElfObject source = Created.Create(machine);
        Readelf.AssertShows(source, folder.Write("created.o", source.ToArray()));
    }

    [Fact]
    public void An_object_without_contents_can_be_read()
    {
        using TempFolder folder = new();
        ElfObject source = ElfObject.Create("empty.o", ElfMachine.AArch64, ElfByteOrder.Little);
        Readelf.AssertShows(source, folder.Write("empty.o", source.ToArray()));
        ElfObject read = ElfObject.Read(source.ToArray(), "empty.o");
        Assert.Equal(["", ".symtab", ".strtab", ".shstrtab"], read.Sections.Select(section => section.Name));
        Assert.Equal("", Assert.Single(read.Symbols).Name);
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void An_object_can_be_created_for_what_another_is_for(int machine)
    {
        ElfObject other = ElfObject.Read(Created.Create(machine).ToArray(), "other.o");
        ElfObject source = ElfObject.Read(ElfObject.Create("like.o", other.Header).ToArray(), "like.o");
        Assert.True(other.Header.Ident.Span.SequenceEqual(source.Header.Ident.Span));
        Assert.Equal((other.Header.Machine, other.Header.Flags, other.Header.Type), (source.Header.Machine, source.Header.Flags, source.Header.Type));
    }

    [Fact]
    public void Local_symbols_are_written_before_all_others()
    {
        ElfObject source = Created.Create(0);
        Assert.Equal(["", "function", "", "weak", "local", "external", "constant"], source.Symbols.Select(symbol => symbol.Name));
        ElfObject read = ElfObject.Read(source.ToArray(), "read.o");
        Assert.Equal(["", "", "local", "function", "weak", "external", "constant"], read.Symbols.Select(symbol => symbol.Name));
    }

    [Fact]
    public void A_local_symbol_that_is_added_to_an_object_that_was_read_moves_the_others()
    {
        using TempFolder folder = new();
        ElfObject source = ElfObject.Read(Created.Create(0).ToArray(), "read.o");
        source.SymbolTable!.AddSymbol(new ElfSymbol("added") { Section = source.FindSection(".data"), Value = 4 });
        List<string> expected = Description.Of(source);

        byte[] file = source.ToArray();
        Readelf.AssertShows(source, folder.Write("added.o", file));
        ElfObject read = ElfObject.Read(file, "added.o");
        Assert.Equal(["", "", "local", "added", "function", "weak", "external", "constant"], read.Symbols.Select(symbol => symbol.Name));
        Assert.Equal(expected, Description.Of(read));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_added_and_removed_leaves_nothing_behind(bool isRead)
    {
        ElfObject source = Created.Create(0);
        byte[] before = source.ToArray();
        if (isRead)
            source = ElfObject.Read(before, "read.o");

        ElfDataSection section = new(".added", ElfSectionType.ProgBits, [1, 2, 3]);
        ElfSymbol symbol = new("added") { Section = section };
        source.AddSection(section);
        source.SymbolTable!.AddSymbol(symbol);
        Assert.NotEqual(before, source.ToArray());

        source.RemoveSection(section);
        Assert.Equal(1, source.SymbolTable.RemoveSymbols(any => any == symbol));
        Assert.Equal(before, source.ToArray());
    }

    [Fact]
    public void A_name_is_in_its_table_once()
    {
        ElfObject source = ElfObject.Create("names.o", ElfMachine.AArch64, ElfByteOrder.Little);
        for (int i = 0; i < 3; i++)
        {
            source.AddSection(new ElfDataSection(".same", ElfSectionType.ProgBits, []));
            source.SymbolTable!.AddSymbol(new ElfSymbol("same"));
        }

        source.ToArray();
        Assert.Equal((ulong)"\0same\0".Length, source.FindSection(".strtab")!.Size);
        Assert.Equal((ulong)"\0.same\0.symtab\0.strtab\0.shstrtab\0".Length, source.FindSection(".shstrtab")!.Size);
    }

    [Fact]
    public void Memory_takes_no_space_in_the_file()
    {
        ElfObject source = ElfObject.Create("memory.o", ElfMachine.X8664, ElfByteOrder.Little);
        source.AddSection(ElfDataSection.NoBits(".bss", 1UL << 40));
        byte[] file = source.ToArray();
        Assert.InRange(file.Length, 64, 1000);
        Assert.Equal(1UL << 40, ElfObject.Read(file, "memory.o").FindSection(".bss")!.Size);
    }
}
