using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Elf.Tests.Support;

namespace Klp.Elf.Tests;

public class GroupTests
{
    private const string Source = """
        .section .text.a,"axG",%progbits,signature_a,comdat
        .weak signature_a
        signature_a: .8byte external
        .section .data.a,"awG",%progbits,signature_a,comdat
        .8byte signature_a
        .section .text.b,"axG",%progbits,signature_b
        .globl signature_b
        signature_b: .8byte 0
        .globl unused
        unused = 1
        """;

    public static TheoryData<string> Compilers => BinutilsCompiler.Names;

    [Theory]
    [MemberData(nameof(Compilers))]
    public void Groups_are_read_and_written_back_byte_for_byte(string compiler)
    {
        byte[] file = Assemble(compiler);
        ElfObject source = ElfObject.Read(file, "groups.o");
        ElfGroupSection[] groups = [.. source.Sections.OfType<ElfGroupSection>()];

        Assert.Equal(["signature_a", "signature_b"], groups.Select(group => group.Signature!.Name));
        Assert.Equal([1u, 0u], groups.Select(group => group.GroupFlags));
        Assert.Equal([".text.a", ".rela.text.a", ".data.a", ".rela.data.a"], groups[0].Members.Select(member => member.Name));
        Assert.Equal(file, source.ToArray());
    }

    [Theory]
    [MemberData(nameof(Compilers))]
    public void Members_and_signatures_are_renumbered(string compiler)
    {
        using TempFolder folder = new();
        ElfObject source = ElfObject.Read(Assemble(compiler), "groups.o");
        source.RemoveSection(source.FindSection(".text")!);
        ElfGroupSection second = source.Sections.OfType<ElfGroupSection>().Last();
        source.RemoveSection(second);
        source.SymbolTable!.RemoveSymbols(symbol => symbol.Name is "unused" or "signature_b" || symbol.Section?.Name == ".text" || symbol.Section == second);
        source.FindSection(".text.b")!.Flags &= ~ElfSectionFlags.Group;

        byte[] file = source.ToArray();
        string path = folder.Write("renumbered.o", file);
        Readelf.AssertShows(source, path);
        string[] shown = [.. Tool.Run("readelf", "-gW", path).Lines.Select(line => line.Trim().Split(' ')[^1])];
        Assert.Equal([".text.a", ".rela.text.a", ".data.a", ".rela.data.a"], shown.Where(name => name.StartsWith('.')));
        Assert.Contains(Tool.Run("readelf", "-gW", path).Lines, line => line.Contains("[signature_a]", StringComparison.Ordinal));
    }

    [Fact]
    public void A_removed_member_that_its_group_still_has_is_named()
    {
        ElfObject source = ElfObject.Read(Assemble("arm64"), "groups.o");
        ElfSection member = source.FindSection(".rela.data.a")!;
        source.RemoveSection(member);
        InvalidOperationException problem = Assert.Throws<InvalidOperationException>(source.ToArray);
        Assert.Contains("refers to section .rela.data.a, which was removed", problem.Message, StringComparison.Ordinal);

        source.Sections.OfType<ElfGroupSection>().First().Members.Remove(member);
        Assert.Null(ElfObject.Read(source.ToArray(), "without.o").FindSection(".rela.data.a"));
    }

    private static byte[] Assemble(string compiler)
    {
        using TempFolder folder = new();
        return File.ReadAllBytes(BinutilsCompiler.Named(compiler).Compile(folder.Write("groups.s", Source), folder["groups.o"]));
    }
}
