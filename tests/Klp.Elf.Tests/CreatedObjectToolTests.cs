using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Elf.Tests.Support;

namespace Klp.Elf.Tests;

/// <summary>What linkers and objcopy make of objects that no compiler made.</summary>
public class CreatedObjectToolTests
{
    // The compilers whose binutils are for the machines of Created.Machines.
    private static readonly string[] CompilerOf = ["arm64", "arm64, big-endian", "x86-64", "s390x", "ppc64le", "LoongArch"];

    public static TheoryData<int> Machines =>
        [.. Enumerable.Range(0, CompilerOf.Length).Where(machine => BinutilsCompiler.All.Any(compiler => compiler.Name == CompilerOf[machine]))];

    [Theory]
    [MemberData(nameof(Machines))]
    public void Ld_combines_a_created_object(int machine)
    {
        using TempFolder folder = new();
        ElfObject source = Created.Create(machine);
        string path = folder.Write("created.o", source.ToArray());
        ElfObject combined = ElfObject.Open(BinutilsCompiler.Named(CompilerOf[machine]).Combine(folder["combined.o"], path));
        Assert.Equal(Defined(source), Defined(combined));
        Assert.Equal(Relocations(source), Relocations(combined));
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void Objcopy_keeps_a_created_object(int machine)
    {
        using TempFolder folder = new();
        ElfObject source = Created.Create(machine);
        string path = folder.Write("created.o", source.ToArray());
        Tool.Run(BinutilsCompiler.Named(CompilerOf[machine]).Prefix + "objcopy", path, folder["copied.o"]);
        ElfObject copied = ElfObject.Open(folder["copied.o"]);
        Assert.Equal(Defined(source), Defined(copied));
        Assert.Equal(Relocations(source), Relocations(copied));
        Assert.Equal(Contents(source), Contents(copied));
    }

    // Binutils sort the symbols, and give each section and file one.
    private static IEnumerable<string> Defined(ElfObject source) =>
        source.Symbols.Where(symbol => symbol.Type is not (ElfSymbolType.Section or ElfSymbolType.File)).Select(Description.Of).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Relocations(ElfObject source) =>
        source.RelocationSections.SelectMany(section => section.Relocations.Select(relocation =>
            $"{section.InfoSection!.Name} {relocation.Offset} {relocation.Type} {relocation.Symbol!.Name} {relocation.Symbol.Section?.Name} {relocation.Addend}"));

    private static IEnumerable<string> Contents(ElfObject source) =>
        source.Sections.OfType<ElfDataSection>()
            .Select(section => $"{section.Name} {section.Type} {section.Flags} {section.Size} {section.Alignment} {Convert.ToHexString(section.Contents)} {section.Link?.Name}");
}
