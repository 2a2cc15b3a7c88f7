using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Elf.Tests.Support;

namespace Klp.Elf.Tests;

/// <summary>What cannot be written, or would be read back as something else, is refused by name.</summary>
public class WriterRefusalTests
{
    private readonly ElfObject source = Created.Create(0);

    [Theory]
    [InlineData("with\0nul", "U+0000")]
    [InlineData("snow\u2603man", "U+2603")]
    public void A_name_that_a_string_table_cannot_hold(string name, string character)
    {
        source.SymbolTable!.AddSymbol(new ElfSymbol(name));
        AssertRefused(character);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1UL << 31)]
    [InlineData(ulong.MaxValue)]
    public void An_alignment_that_is_none(ulong alignment)
    {
        source.FindSection(".data")!.Alignment = alignment;
        AssertRefused("section .data: sh_addralign 0x");
    }

    [Fact]
    public void A_binding_or_type_that_does_not_fit()
    {
        source.Symbols[1].Binding = (ElfSymbolBinding)16;
        AssertRefused("symbol function: binding 16");
        source.Symbols[1].Binding = ElfSymbolBinding.Global;
        source.Symbols[1].Type = (ElfSymbolType)16;
        AssertRefused("type 16");
    }

    [Fact]
    public void What_is_not_in_the_object()
    {
        ElfDataSection other = new(".other", ElfSectionType.ProgBits, []);
        source.Symbols[1].Section = other;
        AssertRefused("symbol function refers to section .other, which is not in the object");
        source.AddSection(other);
        source.ToArray();
        source.RelocationSections.First().Relocations[0].Symbol = new ElfSymbol("elsewhere");
        AssertRefused(".rela.data refers to symbol elsewhere, which is not in the object");
    }

    [Fact]
    public void Numbers_of_symbols_in_a_form_of_their_own_that_become_others()
    {
        source.AddSection(new ElfDataSection(".llvm_addrsig", (ElfSectionType)0x6fff4c03, [1]) { Link = source.SymbolTable });
        ElfObject read = ElfObject.Read(source.ToArray(), "read.o");
        read.SymbolTable!.AddSymbol(new ElfSymbol("a global one comes last") { Binding = ElfSymbolBinding.Global });
        read.ToArray();
        read.SymbolTable.AddSymbol(new ElfSymbol("a local one does not"));
        InvalidOperationException problem = Assert.Throws<InvalidOperationException>(read.ToArray);
        Assert.Contains("symbols were renumbered, but section .llvm_addrsig", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_symbol_or_section_that_is_in_an_object_already()
    {
        ElfObject other = Created.Create(0);
        Assert.Contains("in the object", Assert.Throws<ArgumentException>(() => source.AddSection(source.Sections[1])).Message, StringComparison.Ordinal);
        Assert.Contains("in another object", Assert.Throws<ArgumentException>(() => other.AddSection(source.Sections[1])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => other.SymbolTable!.AddSymbol(source.Symbols[1]));

        ElfObject read = ElfObject.Read(source.ToArray(), "read.o");
        ElfSection removed = read.FindSection("__ordered")!;
        read.RemoveSection(removed);
        Assert.Contains("was read from another", Assert.Throws<ArgumentException>(() => other.AddSection(removed)).Message, StringComparison.Ordinal);
        byte[] without = read.ToArray();
        read.AddSection(removed);
        Assert.NotEqual(without, read.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData(".symtab")]
    [InlineData(".strtab")]
    [InlineData(".shstrtab")]
    public void A_created_object_without_its_tables(string name) =>
        Assert.Throws<ArgumentException>(() => source.RemoveSection(source.FindSection(name)!));

    [Theory]
    [InlineData(ElfSectionType.Null)]
    [InlineData(ElfSectionType.NoBits)]
    [InlineData(ElfSectionType.StringTable)]
    [InlineData(ElfSectionType.SymbolTable)]
    [InlineData(ElfSectionType.Rela)]
    [InlineData(ElfSectionType.Group)]
    public void Bytes_as_a_section_that_is_not_one_of_bytes(ElfSectionType type) =>
        Assert.Throws<ArgumentException>(() => new ElfDataSection(".any", type, []));

    private void AssertRefused(string part) =>
        Assert.Contains(part, Assert.Throws<InvalidOperationException>(source.ToArray).Message, StringComparison.Ordinal);
}
