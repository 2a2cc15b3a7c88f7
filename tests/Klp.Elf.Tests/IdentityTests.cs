using CsCheck;
using Klp.Elf.Constants;
using Klp.Elf.Import;
using Klp.Elf.Index;
using Klp.Elf.Model;
using Klp.Elf.Tests.Support;

namespace Klp.Elf.Tests;

/// <summary>What holds of every object, tried with random ones. A failure prints the seed that repeats it.</summary>
public class IdentityTests
{
    private const long Times = 1000;

    [Fact]
    public void What_is_read_is_what_was_created() => RandomObjects.Recipes.Sample(
        create =>
        {
            ElfObject source = create();
            Assert.Equal(Description.Of(source), Description.Of(ElfObject.Read(source.ToArray(), "read.o")));
        },
        iter: Times);

    [Fact]
    public void What_is_read_is_written_back() => RandomObjects.Recipes.Sample(
        create =>
        {
            byte[] file = create().ToArray();
            Assert.Equal(file, create().ToArray());
            Assert.Equal(file, ElfObject.Read(file, "read.o").ToArray());
        },
        iter: Times);

    [Fact]
    public void What_is_added_and_removed_leaves_nothing_behind() => Gen.Select(RandomObjects.Recipes, Gen.Bool, Gen.Bool).Sample(
        (create, isRead, isWritten) =>
        {
            ElfObject source = create();
            byte[] before = source.ToArray();
            if (isRead)
                source = ElfObject.Read(before, "read.o");

            ElfDataSection data = new(".added", ElfSectionType.ProgBits, [1, 2, 3]) { Alignment = 8 };
            ElfSymbol local = new("added") { Section = data };
            ElfSymbol global = new("added too") { Binding = ElfSymbolBinding.Global };
            ElfRelocationSection relocations = new(".rela.added", data, source.SymbolTable!);
            relocations.Relocations.Add(new ElfRelocation { Symbol = local });
            source.AddSection(data);
            source.AddSection(relocations);
            source.SymbolTable!.AddSymbol(global);
            source.SymbolTable.AddSymbol(local);
            if (isWritten)
                Assert.NotEqual(before, source.ToArray());

            source.RemoveSection(relocations);
            source.RemoveSection(data);
            Assert.Equal(2, source.SymbolTable.RemoveSymbols(symbol => symbol == local || symbol == global));
            Assert.Equal(before, source.ToArray());
        },
        iter: Times);

    [Fact]
    public void All_that_is_imported_is_the_same_elsewhere() => Gen.Select(RandomObjects.Recipes, Gen.Bool).Sample(
        (create, isRead) =>
        {
            ElfObject source = create();
            if (isRead)
                source = ElfObject.Read(source.ToArray(), "read.o");
            // Names of what is not local stand for one thing.
            foreach ((int index, ElfSymbol symbol) in source.Symbols.Index().Where(pair => pair.Item.Binding != ElfSymbolBinding.Local))
                symbol.Name = $"{symbol.Name}{index}";
            byte[] before = source.ToArray();

            ElfImportMap everything = new(source);
            everything.IncludeAll();
            ElfObject target = ElfObject.Create("target.o", source.Header);
            everything.ImportInto(target);
            Assert.Equal(Description.Of(source).Order(StringComparer.Ordinal), Description.Of(target).Order(StringComparer.Ordinal));
            Assert.Equal(before, source.ToArray());
            Assert.Equal(Description.Of(target), Description.Of(ElfObject.Read(target.ToArray(), "target.o")));
        },
        iter: Times);

    [Fact]
    public void What_is_imported_is_whole_or_refused() => Gen.Select(RandomObjects.Recipes, Gen.Int[0, 20], Gen.Bool).Sample(
        (create, number, isMapped) =>
        {
            ElfObject source = create();
            ElfObject target = ElfObject.Create("target.o", source.Header);
            byte[] before = target.ToArray();
            ElfImportMap map = new(source);
            ElfSection section = source.Sections[number % source.Sections.Count];
            if (section == source.Sections[0] || source.Sections.Skip(source.Sections.Count - 3).Contains(section))
                return;
            map.Include(section);
            foreach (ElfReference missing in isMapped ? map.FindMissing() : [])
                map.MakeUndefined(missing.Relocation.Symbol!);
            try
            {
                map.ImportInto(target);
            }
            catch (InvalidOperationException)
            {
                Assert.Equal(before, target.ToArray());
                return;
            }

            Assert.Empty(map.FindMissing());
            Assert.Equal(Description.Of(target), Description.Of(ElfObject.Read(target.ToArray(), "target.o")));
        },
        iter: Times);
}
