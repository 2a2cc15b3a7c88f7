using Klp.DebugInfo.Btf;
using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Elf.Model;
using Klp.Kernel.Modules;

namespace Klp.Boot.Tests.LoaderRules;

/// <summary>Livepatches that break the rules on livepatch relocations, and those that the kernel loads though they are wrong.</summary>
internal static class LoadRuleLivepatchCases
{
    private const string VmlinuxText = ".klp.rela.vmlinux..text", VmlinuxData = ".klp.rela.vmlinux..rodata", ZramData = ".klp.rela.zram..rodata";
    private const string TextSymbol = ".klp.sym.vmlinux.si_swapinfo,0", DataSymbol = ".klp.sym.vmlinux.totalreserve_pages,0";
    private const string ReadSymbol = ".klp.sym.vmlinux.reserved_mem_count,1", ZramSymbol = ".klp.sym.zram.huge_class_size,0";

    // The highest byte of name_off of the first type, which follows the header (include/uapi/linux/btf.h).
    private const int FirstName = 24 + 3;

    // Relocation types of the AArch64 ELF psABI.
    private const uint Absolute32 = 258, Unknown = 999;

    public static IReadOnlyList<LoadRuleCase> All { get; } =
    [
        Wrong("21", "KLP4027", "the target of a .klp.rela.vmlinux section is not SHF_ALLOC", module => Section(module, VmlinuxData).InfoSection = module.FindSection(".comment")),
        Damaged("21", "KLP3009", "sh_info of a .klp.rela.vmlinux section is out of range", raw => raw.Set32(raw.Header(VmlinuxData, RawModule.SectionInfo), 0x7000)) with { Outcome = LoadRuleOutcome.Wrong, Alone = true },
        Edited("22", "KLP4003", "a section name without an object", module => Section(module, VmlinuxData).Name = ".klp.rela..rodata"),
        Edited("22", "KLP4003", "SHF_RELA_LIVEPATCH on a section of another name", module => Section(module, VmlinuxData).Name = ".rela.rodata"),
        Edited("23", "KLP4005", "a symbol that is SHN_ABS", module => Symbol(module, TextSymbol).SetSpecialIndex(ElfSectionIndex.Absolute)),
        Edited("24", "KLP4004", "a symbol name without a position", module => Symbol(module, TextSymbol).Name = ".klp.sym.vmlinux.si_swapinfo"),
        Edited("24", "KLP4004", "a symbol name without an object", module => Symbol(module, TextSymbol).Name = ".klp.sym.si_swapinfo,0"),
        Edited("24", "", "a symbol name of another form, which only relocations without effect refer to", ToTombstone) with { Outcome = LoadRuleOutcome.Loads },
        Edited("25", "KLP4007", "a symbol of vmlinux in a .klp.rela.zram section", ToZram),
        Edited("25", "KLP4007", "a symbol of vmlinux in a .klp.rela.zram section, zram later", ToZram) with { Late = true, Outcome = LoadRuleOutcome.TargetRefused },
        Edited("26", "KLP4030", "a symbol that vmlinux does not have", module => Symbol(module, TextSymbol).Name = ".klp.sym.vmlinux.no_such_symbol,0"),
        Edited("26", "KLP4030", "a symbol that zram does not have", module => Symbol(module, ZramSymbol).Name = ".klp.sym.zram.no_such_symbol,0"),
        Edited("26", "KLP4030", "a symbol that zram, which comes later, does not have", module => Symbol(module, ZramSymbol).Name = ".klp.sym.zram.no_such_symbol,0") with { Late = true, Outcome = LoadRuleOutcome.TargetRefused },
        Edited("26", "KLP4030", "a symbol of a module that is not loaded", module => Symbol(module, ZramSymbol).Name = ".klp.sym.dm_mod.dm_get_md,0") with { NotForetold = "it depends on what is loaded before" },
        Edited("26", "KLP4060", "a symbol of an object that is neither vmlinux nor a module", module => Symbol(module, TextSymbol).Name = ".klp.sym.vmlinuz.si_swapinfo,0"),
        Edited("26", "", "a symbol of zram in a .klp.rela.vmlinux section", ToVmlinux) with { Outcome = LoadRuleOutcome.Loads },
        Edited("26", "", "a symbol of zram, which comes later, in a .klp.rela.vmlinux section", ToVmlinux) with { Late = true, NotForetold = "it depends on what is loaded before" },
        Edited("27", "KLP4031", "position 0 of a symbol that vmlinux has twice", module => Symbol(module, ReadSymbol).Name = ".klp.sym.vmlinux.reserved_mem_count,0"),
        Edited("28", "KLP4032", "position 9 of a symbol that vmlinux has twice", module => Symbol(module, ReadSymbol).Name = ".klp.sym.vmlinux.reserved_mem_count,9"),
        Edited("29", "KLP4033", "a relocation type that the kernel does not know", module => Section(module, VmlinuxText).Relocations[0].Type = Unknown),
        Edited("29", "KLP4033", "a relocation type too small for an address", module => Section(module, VmlinuxData).Relocations[0].Type = Absolute32),

        Wrong("37", "KLP4039", "a section of an object that is not patched", module => Section(module, ZramData).Name = ".klp.rela.zsmalloc..rodata"),
        Wrong("37", "KLP4039", "a section of an object that is neither vmlinux nor a module", module => Section(module, VmlinuxData).Name = ".klp.rela.vmlinuz..rodata"),
        Edited("38", "KLP4029", "a section of zram, which goes and comes again, for .init.text", ForInitText) with { Outcome = LoadRuleOutcome.Wrong, Again = true, Alone = true },
        Edited("38", "KLP4029", "a section of zram, which comes later, without SHF_ALLOC", module => Section(module, ZramData).Flags &= ~ElfSectionFlags.Alloc) with { Outcome = LoadRuleOutcome.Wrong, Late = true, Alone = true },
        Edited("39", "KLP4028", "no SHF_RELA_LIVEPATCH on a section for .text", module => Section(module, VmlinuxText).Flags &= ~ElfSectionFlags.RelaLivepatch),
        Wrong("39", "KLP4028", "no SHF_RELA_LIVEPATCH on a section for .rodata", module => Section(module, VmlinuxData).Flags &= ~ElfSectionFlags.RelaLivepatch),
        Wrong("40", "KLP4006", "an ordinary relocation to a livepatch symbol", ToOrdinary),
        Edited("40", "", "an ordinary relocation to a livepatch symbol in a section __klp_relocs.vmlinux, which nothing reads", ToLeftOver) with { Outcome = LoadRuleOutcome.Loads },
        Wrong("41", "", "the other of two symbols of one name", module => Symbol(module, ReadSymbol).Name = ".klp.sym.vmlinux.reserved_mem_count,2") with { NotForetold = "only who wrote it knows which one is meant" },
        new("42", "KLP4040", "a static key of a module, which is resolved after the code that depends on it was written", modules => modules.Edit(ResolveKeyLate, LoadRuleSource.Key))
        {
            Name = LoadRuleSource.Key, After = LoadRuleSource.KeyTarget, Outcome = LoadRuleOutcome.Wrong, Alone = true,
        },
        Edited("45", "KLP4045", "a symbol of vmlinux in memory that is freed after the start", module => Symbol(module, ReadSymbol).Name = ".klp.sym.vmlinux.late_time_init,0") with { Outcome = LoadRuleOutcome.Wrong, Alone = true },
        Edited("47", "KLP4047", "a .klp.arch section", module => module.AddSection(new ElfDataSection(".klp.arch.zram..altinstructions", ElfSectionType.ProgBits, new byte[12]))) with { Outcome = LoadRuleOutcome.Loads },
        new("50", "", "the BTF of a module of this kernel", modules => WithBtf(modules, _ => { })) { Guest = LoadRuleGuest.Distribution, Outcome = LoadRuleOutcome.Loads },
        new("50", "KLP4062", "BTF whose first type has a name outside the strings", modules => WithBtf(modules, btf => btf[FirstName] = 0x7f))
        {
            Guest = LoadRuleGuest.Distribution, Otherwise = (kernel => kernel.Config.IsEnabled("MODULE_ALLOW_BTF_MISMATCH"), "KLP4062", LoadRuleOutcome.Loads),
        },
    ];

    private static LoadRuleCase Edited(string rule, string code, string broken, Action<ElfObject> edit) =>
        new(rule, code, broken, modules => modules.Edit(edit));

    private static LoadRuleCase Wrong(string rule, string code, string broken, Action<ElfObject> edit) =>
        Edited(rule, code, broken, edit) with { Outcome = LoadRuleOutcome.Wrong };

    private static LoadRuleCase Damaged(string rule, string code, string broken, Action<RawModule> damage) =>
        new(rule, code, broken, modules => modules.Damage(damage));

    private static ElfSymbol Symbol(ElfObject module, string name) => module.Symbols.Single(symbol => symbol.Name == name);

    private static ElfRelocationSection Section(ElfObject module, string name) => (ElfRelocationSection)module.FindSection(name)!;

    private static void ToZram(ElfObject module) => Merge(module, VmlinuxData, ZramData);

    private static void ToVmlinux(ElfObject module) => Merge(module, ZramData, VmlinuxData);

    private static void Merge(ElfObject module, string from, string to)
    {
        foreach (ElfRelocation relocation in Section(module, from).Relocations)
            Section(module, to).Relocations.Add(relocation);
        module.RemoveSection(Section(module, from));
    }

    private static byte[] WithBtf(LoadRuleModules modules, Action<byte[]> damage)
    {
        using ElfImage known = ModuleImage.Open(modules.Kernel.FindModule("zram")!);
        byte[] btf = known.ReadSection(known.FindSection(BtfTypes.SectionName));
        damage(btf);
        return modules.Edit(module =>
        {
            // Where the headers have the kernel's types, kbuild gave the livepatch some of its own, and the kernel reads the first.
            foreach (ElfSection own in module.Sections.Where(section => section.Name is BtfTypes.SectionName or ".BTF.base").ToArray())
                module.RemoveSection(own);
            module.AddSection(new ElfDataSection(BtfTypes.SectionName, ElfSectionType.ProgBits, btf) { Flags = ElfSectionFlags.Alloc });
        });
    }

    private static void ForInitText(ElfObject module)
    {
        ElfRelocationSection known = Section(module, ZramData);
        ElfRelocationSection section = new(".klp.rela.zram..init.text", module.FindSection(".init.text")!, module.SymbolTable!) { Flags = known.Flags };
        section.Relocations.Add(new ElfRelocation { Symbol = known.Relocations[0].Symbol, Type = known.Relocations[0].Type });
        module.AddSection(section);
    }

    private static void ResolveKeyLate(ElfObject module)
    {
        ElfSymbol key = Symbol(module, "target_key");
        ElfRelocationSection table = Section(module, ".rela__jump_table");
        ElfRelocationSection late = new($".klp.rela.{LoadRuleSource.KeyTarget}.__jump_table", table.InfoSection!, module.SymbolTable!)
        {
            Flags = table.Flags | ElfSectionFlags.Alloc | ElfSectionFlags.RelaLivepatch,
        };
        foreach (ElfRelocation relocation in table.Relocations.Where(relocation => relocation.Symbol == key))
        {
            late.Relocations.Add(new ElfRelocation { Offset = relocation.Offset, Type = relocation.Type, Symbol = key, Addend = relocation.Addend });
            (relocation.Type, relocation.Symbol, relocation.Addend) = (0, null, 0);
        }

        module.AddSection(late);
        key.Name = $".klp.sym.{LoadRuleSource.KeyTarget}.target_key,0";
        key.SetSpecialIndex(ElfSectionIndex.Livepatch);
    }

    private static void ToOrdinary(ElfObject module)
    {
        ElfRelocationSection from = Section(module, VmlinuxData);
        ElfRelocation moved = from.Relocations.Single(relocation => relocation.Symbol!.Name == DataSymbol);
        ElfRelocationSection to = Section(module, ".rela.rodata");
        ElfRelocation left = to.Relocations.First(relocation => relocation.Offset == moved.Offset);
        (left.Type, left.Symbol, left.Addend) = (moved.Type, moved.Symbol, moved.Addend);
        module.RemoveSection(from);
    }

    // What the conversion leaves behind refers to no symbol; objtool's tombstones are what it leaves behind.
    private static void ToTombstone(ElfObject module)
    {
        ElfSymbol unused = Symbol(module, LoadRuleSource.UnusedImport);
        foreach (ElfRelocation relocation in module.RelocationSections.SelectMany(section => section.Relocations).Where(relocation => relocation.Symbol == unused))
            relocation.Type = 0;
        unused.Name = ".klp.tombstone.dump_stack";
        unused.Binding = ElfSymbolBinding.Weak;
        unused.SetSpecialIndex(ElfSectionIndex.Livepatch);
    }

    private static void ToLeftOver(ElfObject module)
    {
        ElfDataSection entries = new("__klp_relocs.vmlinux", ElfSectionType.ProgBits, new byte[24]) { Flags = ElfSectionFlags.Alloc, Alignment = 8 };
        ElfRelocationSection pointers = new(".rela__klp_relocs.vmlinux", entries, module.SymbolTable!) { Flags = ElfSectionFlags.InfoLink };
        pointers.Relocations.Add(new ElfRelocation { Offset = 8, Type = module.Header.Machine == ElfMachine.X8664 ? 1 : 257u, Symbol = Symbol(module, TextSymbol) });
        module.AddSection(entries);
        module.AddSection(pointers);
    }
}
