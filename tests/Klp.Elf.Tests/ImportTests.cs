using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Elf.Import;
using Klp.Elf.Index;
using Klp.Elf.Model;
using Klp.Elf.Tests.Support;

namespace Klp.Elf.Tests;

/// <summary>Sections of one object that become some of another. None of it needs a compiler or a kernel.</summary>
public class ImportTests
{
    private readonly ElfObject source = ElfObject.Read(Created.Create(0).ToArray(), "source.o");
    private readonly ElfObject target;
    private readonly ElfImportMap map;

    public ImportTests()
    {
        target = ElfObject.Create("target.o", source.Header);
        map = new ElfImportMap(source);
    }

    public static TheoryData<int> Machines => Created.MachineIndices;

    [Theory]
    [MemberData(nameof(Machines))]
    public void A_whole_object_is_the_same_elsewhere(int machine)
    {
        using TempFolder folder = new();
        ElfObject whole = ElfObject.Read(Created.Create(machine).ToArray(), "whole.o");
        byte[] before = whole.ToArray();
        ElfObject copy = ElfObject.Create("copy.o", whole.Header);
        ElfImportMap everything = new(whole);
        everything.IncludeAll();
        everything.ImportInto(copy);

        Assert.Equal(Description.Of(whole).Order(StringComparer.Ordinal), Description.Of(copy).Order(StringComparer.Ordinal));
        Readelf.AssertShows(copy, folder.Write("copy.o", copy.ToArray()));
        Assert.Equal(before, whole.ToArray());
    }

    [Fact]
    public void A_section_brings_its_relocations_and_symbols()
    {
        map.Include(source.FindSection(".data")!);
        map.MakeUndefined(Symbol("external"));
        map.MakeUndefined(Symbol("weak"), "strong");
        ElfSymbol other = new("text_of_the_target") { Binding = ElfSymbolBinding.Global };
        map.Replace(source.Symbols.Single(symbol => symbol.Type == ElfSymbolType.Section), other);
        Assert.Empty(map.FindMissing());
        ElfImport import = map.ImportInto(target);

        ElfObject read = ElfObject.Read(target.ToArray(), "target.o");
        Assert.Equal(["", ".data", ".rela.data", ".symtab", ".strtab", ".shstrtab"], read.Sections.Select(section => section.Name));
        Assert.Equal(["", "local", "text_of_the_target", "strong", "external"], read.Symbols.Select(symbol => symbol.Name));
        Assert.Equal(["0 external -4", "8 text_of_the_target 8", "16 strong 0"], read.RelocationSections.Single().Relocations.Select(relocation => $"{relocation.Offset} {relocation.Symbol!.Name} {relocation.Addend}"));
        Assert.Equal(((ElfDataSection)source.FindSection(".data")!).Contents.ToArray(), ((ElfDataSection)read.FindSection(".data")!).Contents.ToArray());
        Assert.Equal("symbol strong 0 0 Global NoType 0 in  0", Description.Of(read.Symbols.Single(symbol => symbol.Name == "strong")));

        Assert.Same(target.FindSection(".data"), import.Find(source.FindSection(".data")!));
        Assert.Same(other, import.Find(source.Symbols.Single(symbol => symbol.Type == ElfSymbolType.Section)));
        Assert.Equal("strong", import.Find(Symbol("weak"))!.Name);
        Assert.Null(import.Find(source.FindSection(".bss")!));
        Assert.Null(import.Find(Symbol("constant")));
    }

    [Fact]
    public void Every_reference_that_the_map_does_not_have_is_named_and_nothing_is_changed()
    {
        byte[] before = target.ToArray();
        map.Include(source.FindSection(".data")!);
        Assert.Equal([0UL, 8UL, 16UL], map.FindMissing().Select(missing => missing.Place.Offset));
        Assert.Equal(["external", "", "weak"], map.FindMissing().Select(missing => missing.Relocation.Symbol!.Name));
        AssertRefused(
            ".data+0x0 refers to symbol external, which the map does not have",
            ".data+0x8 refers to symbol of section .text, which the map does not have",
            ".data+0x10 refers to symbol weak of section .bss, which the map does not have");
        Assert.Equal(before, target.ToArray());
    }

    [Fact]
    public void A_group_is_taken_as_a_whole()
    {
        map.Include(source.FindSection(".text.grouped")!);
        AssertRefused("the signature of group .group is symbol function of section .text, which the map does not have");
        map.MakeUndefined(Symbol("function"));
        map.ImportInto(target);

        ElfObject read = ElfObject.Read(target.ToArray(), "target.o");
        ElfGroupSection group = Assert.Single(read.Sections.OfType<ElfGroupSection>());
        Assert.Equal(("function", ElfGroupSection.Comdat), (group.Signature!.Name, group.GroupFlags));
        Assert.Equal([".text.grouped"], group.Members.Select(member => member.Name));
        Assert.Equal([".group", ".text.grouped"], read.Sections.Skip(1).Take(2).Select(section => section.Name));
    }

    [Fact]
    public void The_link_of_a_section_is_to_the_copy()
    {
        map.Include(source.FindSection("__ordered")!);
        AssertRefused("sh_link of section __ordered is section .text, which the map does not have");
        map.Include(source.FindSection(".text")!);
        ElfImport import = map.ImportInto(target);
        Assert.Same(import.Find(source.FindSection(".text")!), target.FindSection("__ordered")!.Link);
        Assert.True(target.FindSection("__ordered")!.Flags.HasFlag(ElfSectionFlags.LinkOrder));
    }

    [Fact]
    public void A_symbol_without_its_section_is_named()
    {
        map.Include(Symbol("weak"));
        AssertRefused("symbol weak of section .bss is to be taken, but the map does not have its section");
        map.Include(source.FindSection(".bss")!);
        map.ImportInto(target);
        Assert.Equal("symbol weak 8 16 Weak Object 2 in .bss 0", Description.Of(target.Symbols[^1]));
    }

    [Fact]
    public void Symbols_become_one_by_their_names()
    {
        // What was weak or undefined is now defined or needed; of two visibilities the stricter one counts.
        ElfSymbol function = new("function") { Binding = ElfSymbolBinding.Weak, Other = 3 };
        ElfSymbol external = new("external") { Binding = ElfSymbolBinding.Weak };
        ElfSymbol local = new("local") { Value = 7 };
        local.SetSpecialIndex(ElfSectionIndex.Absolute);
        foreach (ElfSymbol symbol in (ElfSymbol[])[function, external, local])
            target.SymbolTable!.AddSymbol(symbol);
        map.IncludeAll();
        ElfImport import = map.ImportInto(target);

        Assert.Same(function, import.Find(Symbol("function")));
        Assert.Equal("symbol function 0 32 Global Function 3 in .text 0", Description.Of(function));
        Assert.Same(external, import.Find(Symbol("external")));
        Assert.Equal(ElfSymbolBinding.Global, external.Binding);
        Assert.NotSame(local, import.Find(Symbol("local")));
        Assert.Equal(["function", "external", "local", "", "local", "weak", "constant"], target.Symbols.Skip(1).Select(symbol => symbol.Name));
    }

    [Fact]
    public void An_undefined_symbol_is_found_in_the_target()
    {
        map.IncludeAll();
        ElfImport first = map.ImportInto(target);
        ElfObject second = ElfObject.Read(Created.Create(0).ToArray(), "second.o");
        ElfImportMap again = new(second);
        again.Include(second.FindSection(".data")!);
        foreach (ElfReference missing in again.FindMissing())
            again.MakeUndefined(missing.Relocation.Symbol!, missing.Relocation.Symbol!.Name.Length > 0 ? null : "function");
        again.ImportInto(target);

        Assert.Equal([first.Find(Symbol("external")), first.Find(Symbol("function")), first.Find(Symbol("weak"))], target.RelocationSections.Last().Relocations.Select(relocation => relocation.Symbol));
    }

    [Fact]
    public void A_symbol_that_would_be_defined_twice_is_named()
    {
        map.IncludeAll();
        map.ImportInto(target);
        byte[] before = target.ToArray();
        AssertRefused("symbol function would be defined twice in target.o");
        Assert.Equal(before, target.ToArray());
    }

    [Fact]
    public void Relocations_whose_addends_are_in_the_section_stay_so()
    {
        byte[] file = source.ToArray();
        using ElfImage image = ElfImage.Read(new MemoryStream(file), "rel.o");
        int index = image.FindSection(".rela.data");
        // The first 16 bytes of an Elf64_Rela are an Elf64_Rel.
        ElfSectionHeader header = image.Sections[index] with { Type = ElfSectionType.Rel, Size = ElfRelocationSection.RelEntryBytes, EntrySize = ElfRelocationSection.RelEntryBytes };
        header.Write(file.AsSpan((int)image.Header.SectionHeaderOffset + (index * ElfSectionHeader.EntryBytes)), image.Header.ByteOrder);

        ElfObject rel = ElfObject.Read(file, "rel.o");
        ElfImportMap everything = new(rel);
        everything.IncludeAll();
        everything.ImportInto(target);
        ElfRelocationSection section = ElfObject.Read(target.ToArray(), "target.o").RelocationSections.Single();
        Assert.Equal((ElfSectionType.Rel, 16UL, 16UL), (section.Type, section.Size, section.EntrySize));
        Assert.Equal("external", section.Relocations.Single().Symbol!.Name);
    }

    [Fact]
    public void Another_machine_ABI_or_byte_order_is_refused()
    {
        map.IncludeAll();
        foreach (ElfObject other in (ElfObject[])
            [
                ElfObject.Create("other.o", ElfMachine.X8664, ElfByteOrder.Little),
                ElfObject.Create("other.o", ElfMachine.AArch64, ElfByteOrder.Big),
                ElfObject.Create("other.o", ElfMachine.AArch64, ElfByteOrder.Little, 1),
            ])
        {
            Assert.Contains("another machine or ABI", Assert.Throws<InvalidOperationException>(() => map.ImportInto(other)).Message, StringComparison.Ordinal);
        }

        Assert.Throws<InvalidOperationException>(() => map.ImportInto(source));
    }

    [Fact]
    public void Symbol_indices_in_a_form_of_their_own_are_refused()
    {
        ElfDataSection addresses = new(".llvm_addrsig", (ElfSectionType)0x6fff4c03, [1]) { Link = source.SymbolTable };
        source.AddSection(addresses);
        map.Include(addresses);
        AssertRefused("section .llvm_addrsig of type 0x6fff4c03 holds symbol indices in a form of its own");
    }

    [Theory]
    [InlineData("")]
    [InlineData(".symtab")]
    [InlineData(".strtab")]
    [InlineData(".shstrtab")]
    public void A_table_that_each_object_has_its_own_of_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => map.Include(source.FindSection(name)!));

    [Fact]
    public void What_is_of_another_object_is_refused()
    {
        ElfObject other = Created.Create(0);
        Assert.Throws<ArgumentException>(() => map.Include(other.Sections[1]));
        Assert.Throws<ArgumentException>(() => map.Include(other.Symbols[1]));
        Assert.Throws<ArgumentException>(() => map.Include(source.Symbols[0]));
        Assert.Throws<ArgumentException>(() => map.MakeUndefined(new ElfSymbol("new")));
        map.Include(source.FindSection(".rodata.str1.1")!);
        map.Replace(Symbol("external"), other.Symbols[1]);
        AssertRefused("symbol external would be replaced by function, which is not in target.o");
    }

    private ElfSymbol Symbol(string name) => source.Symbols.Single(symbol => symbol.Name == name);

    private void AssertRefused(params string[] problems)
    {
        string message = Assert.Throws<InvalidOperationException>(() => map.ImportInto(target)).Message;
        Assert.Equal($"source.o cannot be imported: {string.Join("; ", problems)}.", message);
    }
}
