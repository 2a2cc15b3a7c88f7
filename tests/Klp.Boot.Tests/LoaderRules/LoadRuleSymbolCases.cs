using System.Text;
using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Facts;

namespace Klp.Boot.Tests.LoaderRules;

/// <summary>Livepatches that break the rules on symbols, and those that enabling a livepatch checks.</summary>
internal static class LoadRuleSymbolCases
{
    private const string Import = LoadRuleSource.UnusedImport, Modinfo = ".modinfo";

    public static IReadOnlyList<LoadRuleCase> All { get; } =
    [
        Built("14", "KLP4021", "it exports a symbol", "klp_exports") with { Outcome = LoadRuleOutcome.Loads },
        Edited("15", "KLP4022", "a symbol is SHN_COMMON", module => Symbol(module, Import).SetSpecialIndex(ElfSectionIndex.Common)),
        Edited("16", "KLP4002", "a symbol that nothing exports", module => Symbol(module, Import).Name = "no_such_function"),
        Edited("16", "KLP4002", "a symbol that the kernel has, but does not export", module => Symbol(module, Import).Name = "si_swapinfo"),
        Edited("16", "KLP4002", "an export of a module that is not loaded", module => Symbol(module, Import).Name = "dm_get_md") with { NotForetold = "it depends on what is loaded before" },
        Edited("16", "", "a weak symbol that nothing exports", MakeWeak) with { Outcome = LoadRuleOutcome.Loads },
        Damaged("17", "KLP4023", "the licence BSD, and an export for GPL only", raw => raw.Replace(Modinfo, "license=GPL", "license=BSD")),
        Damaged("17", "KLP4023", "no licence, and an export for GPL only", raw => raw.Replace(Modinfo, "license=", "lizense=")),

        Edited("18", "KLP4024", "another CRC of an import in the extended versions", module => ModuleVersionEdit.ChangeExtended(module, Import)) with { Guest = LoadRuleGuest.Hardened },
        Edited("18", "KLP4024", "another CRC of an import in the basic versions, no extended ones", module => ModuleVersionEdit.WithoutExtended(module, () => ModuleVersionEdit.ChangeBasic(module, Import))) with { Guest = LoadRuleGuest.Hardened },
        Edited("18", "KLP4024", "no CRC of an import in the basic versions, no extended ones", module => ModuleVersionEdit.WithoutExtended(module, () => ModuleVersionEdit.RenameBasic(module, Import))) with { Guest = LoadRuleGuest.Hardened },
        Edited("18", "KLP4024", "another CRC of an import", module => ModuleVersionEdit.ChangeBasic(module, Import)) with { Guest = LoadRuleGuest.Distribution, Option = "MODVERSIONS" },
        Edited("18", "KLP4024", "no CRC of an import", module => ModuleVersionEdit.RenameBasic(module, Import)) with { Guest = LoadRuleGuest.Distribution, Option = "MODVERSIONS" },
        Edited("18", "", "no CRC of an import in the extended versions", module => ModuleVersionEdit.RenameExtended(module, Import)) with { Guest = LoadRuleGuest.Hardened, Outcome = LoadRuleOutcome.Loads },
        Edited("18", "", "another CRC of an import in the basic versions, the right one in the extended", module => ModuleVersionEdit.ChangeBasic(module, Import)) with { Guest = LoadRuleGuest.Hardened, Outcome = LoadRuleOutcome.Loads },

        Edited("19", "KLP4025", "an export of a namespace that it does not import", module => Symbol(module, Import).Name = "crypto_cipher_setkey"),
        Edited("19", "KLP4025", "an export for another module only", module => Symbol(module, Import).Name = "anon_inode_make_secure_inode"),
        Edited("19", "KLP4025", "an export for another module only, whose namespace it imports", module => ImportFrom(module, "anon_inode_make_secure_inode", "module:kvm")),
        Edited("19", "", "an export of a namespace that it imports", module => ImportFrom(module, "crypto_cipher_setkey", "CRYPTO_INTERNAL")) with { Outcome = LoadRuleOutcome.Loads },

        Damaged("20", "KLP4026", "the section index of a symbol is out of range", raw => raw.Set16(raw.Symbol("show_zram") + RawModule.SymbolSection, 0x700)),

        Damaged("30", "KLP4001", "no livepatch=Y", raw => raw.Replace(Modinfo, "livepatch=", "livepatsh=")),
        Built("31", "KLP4034", "klp_patch without objs", "klp_no_objs"),
        Built("31", "KLP4034", "klp_patch without objs, in a module that has objects", "klp_no_objs_used"),
        Built("31", "KLP4034", "the only klp_object has no funcs", "klp_only_name"),
        Built("31", "KLP4034", "klp_patch without mod", "klp_no_mod"),
        Built("31", "KLP4034", "a klp_object without funcs", "klp_no_funcs"),
        Built("31", "KLP4034", "a klp_func without old_name", "klp_no_old_name"),
        Built("31", "KLP4034", "a klp_func without new_func", "klp_no_new_func"),
        Built("31", "KLP4034", "the name of an object is 56 characters long", "klp_long_object"),
        Built("31", "KLP4034", "old_name is 512 characters long", "klp_long_function"),
        Built("32", "KLP4035", "an object twice", "klp_object_twice"),
        Built("32", "KLP4035", "a function at position 0 and at 1", "klp_function_twice"),
        Built("33", "KLP4036", "a function that vmlinux does not have", "klp_nowhere"),
        Built("33", "KLP4036", "a position that the function does not have", "klp_position"),
        Built("33", "KLP4038", "a function that vmlinux has several times, without a position", "klp_ambiguous"),
        Built("33", "KLP4036", "a function that zram does not have", "klp_nowhere_zram"),
        Built("33", "KLP4036", "a function that zram, which comes later, does not have", "klp_nowhere_zram") with { Late = true, Outcome = LoadRuleOutcome.TargetRefused },
        Built("34", "KLP4037", "a function of assembler", "klp_untraceable"),
        Built("34", "KLP4037", "a function of assembler", "klp_untraceable") with { Guest = LoadRuleGuest.Hardened },
        Built("34", "KLP4037", "an inline function of zram that the compiler made a function of", "klp_untraceable_zram"),
        Built("34", "KLP4037", "a function in memory that is freed after the start", "klp_freed_function"),
        Built("35", "KLP4044", "version 1 of a state, after a livepatch with version 2", "klp_state_1") with { After = "klp_state_2" },
        Built("35", "KLP4044", "no such state, replacing a livepatch that has it", "klp_stateless") with { After = "klp_state_2" },
        Built("35", "", "no such state, beside a livepatch that has it", "klp_exports") with { After = "klp_state_2", Outcome = LoadRuleOutcome.Loads },
        Built("43", "KLP4041", "an object named zram.ko", "klp_dash") with { Outcome = LoadRuleOutcome.Wrong },
        Built("43", "KLP4041", "an object named vmlinux", "klp_vmlinux") with { Outcome = LoadRuleOutcome.Wrong },
        Built("44", "KLP4042", "a new function with three parameters for one with two", "klp_prototype") with { Guest = LoadRuleGuest.Hardened, Outcome = LoadRuleOutcome.Loads },
        Built("44", "KLP4042", "a new function with three parameters for one with two", "klp_prototype") with { Guest = LoadRuleGuest.Distribution, Outcome = LoadRuleOutcome.Loads },
        Built("44", "KLP4043", "a function that is inlined into the one that uses it", "klp_inlined") with { Guest = LoadRuleGuest.Hardened, Outcome = LoadRuleOutcome.Wrong },
        Built("44", "", "a function and the one that it is inlined into", "klp_inlined_both") with { Guest = LoadRuleGuest.Hardened, Outcome = LoadRuleOutcome.Loads },
        Edited("48", "KLP4052", "two sections named .note.Linux", module => module.AddSection(Again(module, ".note.Linux"))),
        Edited("48", "KLP4052", "two sections named .note.Linux", module => module.AddSection(Again(module, ".note.Linux"))) with { Guest = LoadRuleGuest.Distribution, Otherwise = (kernel => kernel.Version < new KernelVersion(6, 12), "KLP4052", LoadRuleOutcome.Loads) },
        Edited("49", "KLP4051", "a new function that is __init", PatchWithInit) with { Outcome = LoadRuleOutcome.Wrong, Alone = true },
    ];

    private static LoadRuleCase Built(string rule, string code, string broken, string name) =>
        new(rule, code, broken, modules => modules.Built(name)) { Name = name };

    private static LoadRuleCase Edited(string rule, string code, string broken, Action<ElfObject> edit) =>
        new(rule, code, broken, modules => modules.Edit(edit));

    private static LoadRuleCase Damaged(string rule, string code, string broken, Action<RawModule> damage) =>
        new(rule, code, broken, modules => modules.Damage(damage));

    private static ElfSymbol Symbol(ElfObject module, string name) => module.Symbols.Single(symbol => symbol.Name == name);

    private static ElfDataSection Again(ElfObject module, string name) =>
        new(name, ElfSectionType.ProgBits, ((ElfDataSection)module.FindSection(name)!).Contents.ToArray()) { Flags = ElfSectionFlags.Alloc };

    // modpost does not let it be compiled so.
    private static void PatchWithInit(ElfObject module)
    {
        ElfSymbol function = Symbol(module, "show_vmlinux");
        ElfRelocation pointer = ((ElfRelocationSection)module.FindSection(".rela.data")!).Relocations
            .Single(relocation => relocation.Symbol?.Section == function.Section && relocation.Addend == (long)function.Value);
        (pointer.Symbol, pointer.Addend) = (Symbol(module, "init_module"), 0);
    }

    private static void MakeWeak(ElfObject module)
    {
        ElfSymbol symbol = Symbol(module, Import);
        symbol.Name = "no_such_function";
        symbol.Binding = ElfSymbolBinding.Weak;
    }

    private static void ImportFrom(ElfObject module, string export, string space)
    {
        Symbol(module, Import).Name = export;
        ElfDataSection modinfo = (ElfDataSection)module.FindSection(Modinfo)!;
        modinfo.SetContents([.. modinfo.Contents, .. Encoding.ASCII.GetBytes($"import_ns={space}\0")]);
    }
}
