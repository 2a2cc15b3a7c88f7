using System.Globalization;
using Klp.Elf.Constants;
using Klp.Elf.Import;
using Klp.Elf.Model;
using Klp.Elf.Tests.Support;
using LibObjectFile.Diagnostics;
using Other = LibObjectFile.Elf;

namespace Klp.Elf.Tests;

/// <summary>
/// LibObjectFile reads what was written, and says the same of it. What it calls a symbol's visibility is all of st_other when it
/// reads; it would lose what is not visibility when it writes.
/// </summary>
[Trait("Needs", "kernel")]
public class LibObjectFileTests
{
    public static TheoryData<int> Machines => Created.MachineIndices;

    public static TheoryData<string> Compilers => BinutilsCompiler.Names;

    [Theory]
    [MemberData(nameof(Machines))]
    public void Agrees_about_what_was_created(int machine) => AssertAgrees(Created.Create(machine));

    [Theory]
    [MemberData(nameof(Compilers))]
    public void Agrees_about_what_was_imported(string compiler)
    {
        ElfObject source = Samples.Compile(compiler);
        ElfObject copy = ElfObject.Create("copy.o", source.Header);
        ElfImportMap everything = new(source);
        everything.IncludeAll();
        everything.ImportInto(copy);
        AssertAgrees(copy);
    }

    [Theory]
    [MemberData(nameof(Compilers))]
    public void Agrees_about_what_was_edited(string compiler)
    {
        ElfObject source = Samples.Compile(compiler);
        source.AddSection(new ElfDataSection(".added", ElfSectionType.ProgBits, [1, 2, 3]));
        source.SymbolTable!.AddSymbol(new ElfSymbol("added") { Section = source.Sections[^1] });
        AssertAgrees(source);
    }

    private static void AssertAgrees(ElfObject source)
    {
        byte[] file = source.ToArray();
        ElfObject ours = ElfObject.Read(file, source.FileName);
        Assert.True(Other.ElfFile.TryRead(new MemoryStream(file), out Other.ElfFile? theirs, out DiagnosticBag? problems, new Other.ElfReaderOptions()), problems?.ToString());

        Assert.Equal((ushort)ours.Header.Machine, (ushort)theirs!.Arch.Value);
        Assert.Equal(ours.Header.Flags, (uint)theirs.Flags.Value);
        Assert.Equal(ours.Header.ByteOrder.IsLittleEndian, theirs.Encoding == Other.ElfEncoding.Lsb);
        Assert.Equal(Sections(ours), Sections(theirs));
        Assert.Equal(Symbols(ours), Symbols(theirs));
        Assert.Equal(Relocations(ours), Relocations(theirs));
    }

    private static IEnumerable<string> Sections(ElfObject source) => source.Sections.Select((section, index) =>
        Line($"{index} {section.Name} {(uint)section.Type} {(ulong)section.Flags:x} {section.Size} {section.Alignment} {section.EntrySize} {source.Sections.ToList().IndexOf(section.Link!)}"));

    private static IEnumerable<string> Sections(Other.ElfFile file) => file.Sections.Select(section =>
        Line($"{section.SectionIndex} {section.Name.Value} {(uint)section.Type} {(ulong)section.Flags:x} {section.Size} {section.VirtualAddressAlignment} {section.TableEntrySize} {(section.Link.Section is { } link ? link.SectionIndex : -1)}"));

    private static IEnumerable<string> Symbols(ElfObject source) => source.Symbols.Select(symbol =>
        Line($"{symbol.Name} {symbol.Value:x} {symbol.Size} {(int)symbol.Type} {(int)symbol.Binding} {symbol.Other} {symbol.Section?.Name ?? Line($"{symbol.SpecialIndex:x}")}"));

    private static IEnumerable<string> Symbols(Other.ElfFile file) => file.Sections.OfType<Other.ElfSymbolTable>().Single().Entries.Select(symbol =>
        Line($"{symbol.Name.Value} {symbol.Value:x} {symbol.Size} {(int)symbol.Type} {(int)symbol.Bind} {(int)symbol.Visibility} {symbol.SectionLink.Section?.Name.Value ?? Line($"{symbol.SectionLink.GetIndex():x}")}"));

    private static IEnumerable<string> Relocations(ElfObject source)
    {
        List<ElfSymbol> symbols = [.. source.Symbols];
        return source.RelocationSections.SelectMany(section => section.Relocations.Select(relocation =>
            Line($"{section.InfoSection!.Name} {relocation.Offset:x} {relocation.Type} {(relocation.Symbol is null ? 0 : symbols.IndexOf(relocation.Symbol))} {relocation.Addend}")));
    }

    private static IEnumerable<string> Relocations(Other.ElfFile file) =>
        file.Sections.OfType<Other.ElfRelocationTable>().SelectMany(section => section.Entries.Select(relocation =>
            Line($"{section.Info.Section!.Name.Value} {relocation.Offset:x} {relocation.Type.Value} {relocation.SymbolIndex} {relocation.Addend}")));

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
