using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Facts;

namespace Klp.Boot.Tests.LoaderRules;

/// <summary>Livepatches whose relocations are for memory that the kernel treats in a way of its own, and good ones beside them.</summary>
internal static class LoadRuleMemoryCases
{
    private const string PerCpu = ".data..percpu", ZramData = ".klp.rela.zram..data", ZramSymbol = ".klp.sym.zram.huge_class_size,0";

    public static IReadOnlyList<LoadRuleCase> All { get; } =
    [
        Good("51", "a per-CPU variable that begins with an address of its own", LoadRuleGuest.Demo) with { Name = "klp_percpu", Make = modules => modules.Built("klp_percpu") },
        Good("51", "a per-CPU variable that begins with an address of its own", LoadRuleGuest.Distribution) with
        {
            Name = "klp_percpu", Make = modules => modules.Built("klp_percpu"), Code = "KLP4055", Outcome = LoadRuleOutcome.Wrong,
            Otherwise = (kernel => kernel.Version >= new KernelVersion(6, 16), "", LoadRuleOutcome.Loads),
        },
        Wrong("51", "KLP4029", "a per-CPU variable that begins with a symbol of zram", OfZram),

        Good("52", "pointers to symbols of zram in ordinary and in read-only data, a symbol of vmlinux in a per-CPU variable", LoadRuleGuest.Demo),
        Good("52", "the same, zram later", LoadRuleGuest.Demo) with { Late = true },
        Good("52", "the same, zram goes and comes again", LoadRuleGuest.Demo) with { Again = true, Alone = true },
        Good("52", "pointers to symbols of zram in ordinary, packed and read-only data", LoadRuleGuest.Distribution),
        Good("52", "the same, zram later", LoadRuleGuest.Distribution) with { Late = true },
        Wrong("52", "KLP4057", "a pointer to a symbol of zram that is not aligned", NotAligned) with { Alone = false },
        Wrong("52", "KLP4029", "a section of zram for a section that is not loaded", ForComment),

        Wrong("53", "KLP4040", "a symbol of zram in ___srcu_struct_ptrs", module => Add(module, "___srcu_struct_ptrs")),
        Good("53", "a symbol of zram in a section of its own", LoadRuleGuest.Demo) with { Code = "KLP4058", Make = modules => modules.Edit(module => Add(module, "klp_own"), LoadRuleSource.Memory) },
    ];

    private static LoadRuleCase Good(string rule, string what, LoadRuleGuest guest) =>
        new(rule, "", what, modules => modules.Built(LoadRuleSource.Memory)) { Name = LoadRuleSource.Memory, Guest = guest, Outcome = LoadRuleOutcome.Loads };

    private static LoadRuleCase Wrong(string rule, string code, string broken, Action<ElfObject> edit) =>
        new(rule, code, broken, modules => modules.Edit(edit, LoadRuleSource.Memory)) { Name = LoadRuleSource.Memory, Outcome = LoadRuleOutcome.Wrong, Alone = true };

    private static ElfRelocationSection Section(ElfObject module, string name) => (ElfRelocationSection)module.FindSection(name)!;

    private static ElfSymbol Symbol(ElfObject module, string name) => module.Symbols.Single(symbol => symbol.Name == name);

    private static void OfZram(ElfObject module)
    {
        ElfRelocationSection section = Section(module, ".klp.rela.vmlinux." + PerCpu);
        section.Name = ".klp.rela.zram." + PerCpu;
        section.Relocations[0].Symbol = Symbol(module, ZramSymbol);
    }

    // Beside the pointer, which so stays null if the kernel does not write there.
    private static void NotAligned(ElfObject module) =>
        Section(module, ZramData).Relocations.Single(relocation => relocation.Offset == Symbol(module, "ordinary").Value).Offset += 2;

    private static void ForComment(ElfObject module)
    {
        ElfRelocationSection section = Section(module, ZramData);
        section.InfoSection = module.FindSection(".comment");
        foreach (ElfRelocation relocation in section.Relocations)
            relocation.Offset = 0;
    }

    private static void Add(ElfObject module, string name)
    {
        ElfRelocationSection known = Section(module, ZramData);
        ElfDataSection target = new(name, ElfSectionType.ProgBits, new byte[8]) { Flags = ElfSectionFlags.Alloc | ElfSectionFlags.Write, Alignment = 8 };
        module.AddSection(target);
        ElfRelocationSection section = new($".klp.rela.zram.{name}", target, module.SymbolTable!) { Flags = known.Flags };
        section.Relocations.Add(new ElfRelocation { Symbol = Symbol(module, ZramSymbol), Type = known.Relocations[0].Type });
        module.AddSection(section);
    }
}
