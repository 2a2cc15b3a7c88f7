using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Elf.Tests.Support;

/// <summary>Objects that no compiler made: with code, data, memory, a group, symbols of all bindings and relocations.</summary>
internal static class Created
{
    /// <summary>The machines whose kernels can livepatch: byte order, e_flags and the relocation of an 8-byte address.</summary>
    internal static readonly (ElfMachine Machine, ElfByteOrder Order, uint Flags, uint Address)[] Machines =
    [
        (ElfMachine.AArch64, ElfByteOrder.Little, 0, 257),
        (ElfMachine.AArch64, ElfByteOrder.Big, 0, 257),
        (ElfMachine.X8664, ElfByteOrder.Little, 0, 1),
        (ElfMachine.S390, ElfByteOrder.Big, 0, 22),
        (ElfMachine.PowerPC64, ElfByteOrder.Little, 2, 38),
        (ElfMachine.LoongArch, ElfByteOrder.Little, 0x43, 2),
    ];

    /// <summary>Indices of <see cref="Machines"/>, as test data.</summary>
    public static TheoryData<int> MachineIndices => [.. Enumerable.Range(0, Machines.Length)];

    internal static ElfObject Create(int machine)
    {
        (ElfMachine architecture, ElfByteOrder order, uint flags, uint address) = Machines[machine];
        ElfObject source = ElfObject.Create("created.o", architecture, order, flags);
        ElfSymbolTable symbols = source.SymbolTable!;

        ElfDataSection text = Data(source, ".text", new byte[32], ElfSectionFlags.Alloc | ElfSectionFlags.Execute, 16);
        ElfDataSection data = Data(source, ".data", new byte[24], ElfSectionFlags.Alloc | ElfSectionFlags.Write, 8);
        ElfRelocationSection relocations = new(".rela.data", data, symbols);
        source.AddSection(relocations);
        ElfDataSection memory = ElfDataSection.NoBits(".bss", 0x1000);
        memory.Flags = ElfSectionFlags.Alloc | ElfSectionFlags.Write;
        memory.Alignment = 64;
        source.AddSection(memory);
        Data(source, ".rodata.str1.1", "one\0two\0"u8.ToArray(), ElfSectionFlags.Alloc | ElfSectionFlags.Merge | ElfSectionFlags.Strings, 1).EntrySize = 1;

        ElfSymbol function = new("function") { Section = text, Size = 32, Type = ElfSymbolType.Function, Binding = ElfSymbolBinding.Global };
        ElfSymbol weak = new("weak") { Section = memory, Value = 8, Size = 16, Type = ElfSymbolType.Object, Binding = ElfSymbolBinding.Weak, Other = 2 };
        ElfSymbol local = new("local") { Section = data, Size = 24, Type = ElfSymbolType.Object };
        ElfSymbol section = new("") { Section = text, Type = ElfSymbolType.Section };
        ElfSymbol external = new("external") { Binding = ElfSymbolBinding.Global };
        ElfSymbol constant = new("constant") { Value = 42, Binding = ElfSymbolBinding.Global };
        constant.SetSpecialIndex(ElfSectionIndex.Absolute);
        foreach (ElfSymbol symbol in (ElfSymbol[])[function, section, weak, local, external, constant])
            symbols.AddSymbol(symbol);

        relocations.Relocations.Add(new ElfRelocation { Offset = 0, Type = address, Symbol = external, Addend = -4 });
        relocations.Relocations.Add(new ElfRelocation { Offset = 8, Type = address, Symbol = section, Addend = 8 });
        relocations.Relocations.Add(new ElfRelocation { Offset = 16, Type = address, Symbol = weak });

        ElfGroupSection group = new(".group", function, symbols) { GroupFlags = ElfGroupSection.Comdat };
        source.AddSection(group);
        group.Members.Add(Data(source, ".text.grouped", new byte[8], ElfSectionFlags.Alloc | ElfSectionFlags.Execute | ElfSectionFlags.Group, 4));
        Data(source, "__ordered", new byte[8], ElfSectionFlags.Alloc | ElfSectionFlags.LinkOrder, 8).Link = text;
        return source;
    }

    private static ElfDataSection Data(ElfObject source, string name, byte[] contents, ElfSectionFlags flags, ulong alignment)
    {
        ElfDataSection section = new(name, ElfSectionType.ProgBits, contents) { Flags = flags, Alignment = alignment };
        new Random(name.Length).NextBytes(name.StartsWith(".rodata", StringComparison.Ordinal) ? [] : section.Contents);
        source.AddSection(section);
        return section;
    }
}
