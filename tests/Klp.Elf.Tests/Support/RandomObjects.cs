using CsCheck;
using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Elf.Tests.Support;

/// <summary>Random objects of both byte orders, with all that a created one can have.</summary>
internal static class RandomObjects
{
    private static readonly Gen<string> Name = Gen.OneOf(Gen.OneOf("", ".text", ".data", ".bss", "name", ".symtab"), Gen.Char['\u0001', '\u00ff'].Array[1, 12].Select(characters => new string(characters)));

    private static readonly Gen<ulong> Number = Gen.OneOf(Gen.OneOf(0UL, 1UL, ulong.MaxValue), Gen.ULong[0, 1000], Gen.ULong);

    private static readonly Gen<RandomSection> Section = Gen.Select(
        Name, Gen.OneOf(ElfSectionType.ProgBits, ElfSectionType.Note, ElfSectionType.NoBits, ElfSectionType.StringTable, ElfSectionType.InitArray, (ElfSectionType)0x70000003),
        Gen.Byte.Array[0, 40], Gen.Int[0, 12], Gen.Bool, Gen.Int[0, 20],
        (name, type, contents, alignment, isOrdered, link) => new RandomSection(name, type, contents, 1UL << alignment, isOrdered, link));

    private static readonly Gen<RandomSymbol> Symbol = Gen.Select(
        Name, Gen.Int[0, 2], Gen.Int[0, 6], Gen.Byte, Number, Number, Gen.Int[-3, 20],
        (name, binding, type, other, value, size, place) => new RandomSymbol(name, (ElfSymbolBinding)binding, (ElfSymbolType)type, other, value, size, place));

    private static readonly Gen<RandomRelocation> Relocation = Gen.Select(
        Gen.Int[0, 20], Number, Gen.UInt, Gen.Int[0, 20], Gen.Long, (section, offset, type, symbol, addend) => new RandomRelocation(section, offset, type, symbol, addend));

    /// <summary>The objects. Those of one recipe are equal, and have nothing to do with each other.</summary>
    internal static Gen<Func<ElfObject>> Recipes { get; } = Gen.Select(
        Gen.Bool, Section.Array[0, 8], Symbol.Array[0, 10], Relocation.Array[0, 12], Gen.Bool,
        (isLittleEndian, sections, symbols, relocations, hasGroup) => (Func<ElfObject>)(() => Build(isLittleEndian, sections, symbols, relocations, hasGroup)));

    private static ElfObject Build(bool isLittleEndian, RandomSection[] sections, RandomSymbol[] symbols, RandomRelocation[] relocations, bool hasGroup)
    {
        ElfObject source = ElfObject.Create("random.o", ElfMachine.AArch64, isLittleEndian ? ElfByteOrder.Little : ElfByteOrder.Big);
        ElfSymbolTable table = source.SymbolTable!;
        List<ElfSection> made = [.. sections.Select(section => section.Build())];
        foreach ((ElfSection section, RandomSection recipe) in made.Zip(sections))
        {
            if (recipe.IsOrdered)
                (section.Flags, section.Link) = (section.Flags | ElfSectionFlags.LinkOrder, made[recipe.Link % made.Count]);
        }

        foreach (RandomSymbol symbol in symbols)
            table.AddSymbol(symbol.Build(made));
        if (hasGroup && made.Count > 0 && symbols.Length > 0)
        {
            ElfGroupSection group = new(".group", source.Symbols[1], table);
            group.Members.Add(made[^1]);
            source.AddSection(group);
        }

        foreach (ElfSection section in made)
            source.AddSection(section);
        foreach (IGrouping<int, RandomRelocation> applied in relocations.Where(_ => made.Count > 0).GroupBy(relocation => relocation.Section % made.Count))
        {
            ElfRelocationSection section = new(".rela" + made[applied.Key].Name, made[applied.Key], table);
            foreach (RandomRelocation relocation in applied)
                section.Relocations.Add(relocation.Build(source.Symbols));
            source.AddSection(section);
        }

        return source;
    }

    private sealed record RandomSection(string Name, ElfSectionType Type, byte[] Contents, ulong Alignment, bool IsOrdered, int Link)
    {
        internal ElfSection Build()
        {
            ElfSection section = Type switch
            {
                ElfSectionType.NoBits => ElfDataSection.NoBits(Name, (ulong)Contents.Length << 20),
                ElfSectionType.StringTable => new ElfStringTable(Name, Contents),
                _ => new ElfDataSection(Name, Type, [.. Contents]),
            };
            section.Flags = ElfSectionFlags.Alloc;
            section.Alignment = Alignment;
            return section;
        }
    }

    private sealed record RandomSymbol(string Name, ElfSymbolBinding Binding, ElfSymbolType Type, byte Other, ulong Value, ulong Size, int Place)
    {
        internal ElfSymbol Build(List<ElfSection> sections)
        {
            ElfSymbol symbol = new(Name) { Binding = Binding, Type = Type, Other = Other, Value = Value, Size = Size };
            if (Place < 0)
                symbol.SetSpecialIndex(Place switch { -1 => ElfSectionIndex.Absolute, -2 => ElfSectionIndex.Common, _ => ElfSectionIndex.Livepatch });
            else if (Place > 0 && sections.Count > 0)
                symbol.Section = sections[Place % sections.Count];
            return symbol;
        }
    }

    private sealed record RandomRelocation(int Section, ulong Offset, uint Type, int Symbol, long Addend)
    {
        internal ElfRelocation Build(IReadOnlyList<ElfSymbol> symbols) =>
            new() { Offset = Offset, Type = Type, Symbol = Symbol % symbols.Count == 0 ? null : symbols[Symbol % symbols.Count], Addend = Addend };
    }
}
