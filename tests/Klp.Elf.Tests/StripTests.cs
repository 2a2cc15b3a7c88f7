using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Elf.Relocations;
using Klp.Elf.Tests.Support;

namespace Klp.Elf.Tests;

/// <summary>What a distribution may do to a module after its build: strip and objcopy keep what was edited.</summary>
[Trait("Needs", "kernel")]
public class StripTests
{
    public static TheoryData<string> Compilers => BinutilsCompiler.Names;

    [Theory]
    [MemberData(nameof(Compilers))]
    public void Strip_keeps_added_relocations_and_their_symbols(string compilerName)
    {
        using TempFolder folder = new();
        BinutilsCompiler compiler = BinutilsCompiler.Named(compilerName);
        ElfObject source = Samples.Compile(compilerName);
        string[] expected = MoveRelocations(source);
        string path = folder.Write("converted.o", source.ToArray());
        Readelf.AssertShows(source, path);

        Tool.Run(compiler.Prefix + "strip", "--strip-debug", path, "-o", folder["stripped.o"]);
        ElfObject stripped = ElfObject.Open(folder["stripped.o"]);
        Assert.Null(stripped.FindSection(".debug_info"));
        Assert.Equal(expected, Moved(stripped));
        AssertSame(folder["stripped.o"]);
    }

    [Theory]
    [MemberData(nameof(Compilers))]
    public void Objcopy_keeps_added_relocations_and_their_symbols(string compilerName)
    {
        using TempFolder folder = new();
        BinutilsCompiler compiler = BinutilsCompiler.Named(compilerName);
        ElfObject source = Samples.Compile(compilerName);
        string[] expected = MoveRelocations(source);
        string path = folder.Write("converted.o", source.ToArray());

        Tool.Run(compiler.Prefix + "objcopy", path, folder["copied.o"]);
        Assert.Equal(expected, Moved(ElfObject.Open(folder["copied.o"])));
        AssertSame(folder["copied.o"]);

        Tool.Run(compiler.Prefix + "objcopy", "--remove-section=.comment", "--add-section", $".extra={path}", path, folder["changed.o"]);
        Assert.Equal(expected, Moved(ElfObject.Open(folder["changed.o"])));
        AssertSame(folder["changed.o"]);
    }

    [Theory]
    [MemberData(nameof(Compilers))]
    public void Strip_keeps_what_is_left_after_sections_and_symbols_were_removed(string compilerName)
    {
        using TempFolder folder = new();
        BinutilsCompiler compiler = BinutilsCompiler.Named(compilerName);
        ElfObject source = Samples.Compile(compilerName);
        ElfSection comment = source.FindSection(".comment")!;
        source.RemoveSection(comment);
        source.SymbolTable!.RemoveSymbols(symbol => symbol.Name == "unused" || symbol.Section == comment);
        string path = folder.Write("removed.o", source.ToArray());
        List<string> expected = RelocationsOf(source, ".text");

        Tool.Run(compiler.Prefix + "strip", "--strip-debug", path, "-o", folder["stripped.o"]);
        Assert.Equal(expected, RelocationsOf(ElfObject.Open(folder["stripped.o"]), ".text"));
        AssertSame(folder["stripped.o"]);
    }

    // What a conversion does: external's relocations get a section of their own and leave NONE behind.
    private static string[] MoveRelocations(ElfObject source)
    {
        ElfSymbol symbol = source.Symbols.Single(symbol => symbol.Name == "external");
        symbol.Name = ".klp.sym.vmlinux.external,0";
        symbol.SetSpecialIndex(ElfSectionIndex.Livepatch);
        foreach (ElfRelocationSection section in source.RelocationSections.ToList())
        {
            List<ElfRelocation> moved = [.. section.Relocations.Where(relocation => relocation.Symbol == symbol)];
            if (moved.Count == 0 || !section.InfoSection!.Flags.HasFlag(ElfSectionFlags.Execute))
                continue;
            ElfRelocationSection target = new($".klp.rela.vmlinux.{section.InfoSection.Name}", section.InfoSection, source.SymbolTable!)
            {
                Flags = ElfSectionFlags.Alloc | ElfSectionFlags.InfoLink | ElfSectionFlags.RelaLivepatch,
            };
            foreach (ElfRelocation relocation in moved)
            {
                target.Relocations.Add(new ElfRelocation { Offset = relocation.Offset, Type = relocation.Type, Symbol = symbol, Addend = relocation.Addend });
                relocation.Type = RelocationTypes.For(source.Header.Machine).None;
                relocation.Symbol = null;
                relocation.Addend = 0;
            }

            source.AddSection(target);
        }

        string[] all = Moved(source);
        Assert.True(all.Length >= 2, "external is used in .text and in the group");
        return all;
    }

    private static string[] Moved(ElfObject source) =>
        [.. source.RelocationSections
            .Where(section => section.Flags.HasFlag(ElfSectionFlags.RelaLivepatch))
            .SelectMany(section => section.Relocations.Select(relocation =>
                $"{section.Name} in {section.InfoSection!.Name} {relocation.Offset} {relocation.Type} {relocation.Symbol!.Name} {relocation.Symbol.IsLivepatch} {relocation.Addend}"))];

    private static List<string> RelocationsOf(ElfObject source, string name) =>
        [.. source.RelocationSections.Single(section => section.InfoSection!.Name == name).Relocations.Select(relocation =>
            $"{relocation.Offset} {relocation.Type} {relocation.Symbol?.Section?.Name ?? relocation.Symbol?.Name} {relocation.Addend}")];

    private static void AssertSame(string path)
    {
        Readelf.AssertShows(ElfObject.Open(path), path);
        Assert.Equal(File.ReadAllBytes(path), ElfObject.Open(path).ToArray());
    }
}
