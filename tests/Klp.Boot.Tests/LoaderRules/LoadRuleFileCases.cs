using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Boot.Tests.LoaderRules;

/// <summary>Livepatches that break the rules on the file: its signature, its form as ELF and what the module loader needs in it.</summary>
internal static class LoadRuleFileCases
{
    private const string ThisModule = ".gnu.linkonce.this_module", Modinfo = ".modinfo", Names = ".shstrtab", Symbols = ".symtab", Strings = ".strtab";

    public static IReadOnlyList<LoadRuleCase> All { get; } =
    [
        new("1", "KLP4008", "not signed", modules => modules.Good) { Guest = LoadRuleGuest.Enforcing, RunTime = true },
        new("1", "KLP4054", "signed with another key", modules => modules.SignWithOtherKey(modules.Good)) { Guest = LoadRuleGuest.Enforcing, RunTime = true },
        new("1", "", "signed with the kernel's key", modules => modules.Sign(modules.Good)) { Guest = LoadRuleGuest.Enforcing, Outcome = LoadRuleOutcome.Loads },
        new("1b", "KLP4053", "changed after it was signed", ChangedAfterSigning) { Guest = LoadRuleGuest.Hardened },
        new("1b", "KLP4009", "the length of the signature is too large", modules => SignatureOf(modules, -32, 0x7F)) { Guest = LoadRuleGuest.Hardened },
        new("1b", "KLP4009", "a field of the signature that has to be 0 is not", modules => SignatureOf(modules, -40, 1)) { Guest = LoadRuleGuest.Hardened },
        new("1b", "KLP4009", "the signature is no PKCS#7", modules => SignatureOf(modules, modules.Good.Length - modules.Sign(modules.Good).Length, 0)) { Guest = LoadRuleGuest.Hardened },

        Damaged("2", "KLP4010", "the file ends within the ELF header", raw => raw.Bytes.AsSpan(0, 63).ToArray()),
        Damaged("2", "KLP4010", "another ELF magic", raw => raw.Set16(0, 0)),
        Damaged("2", "KLP4010", "ET_EXEC instead of ET_REL", raw => raw.Set16(RawModule.FileType, 2)),
        Damaged("2", "KLP4010", "a module for x86-64", raw => raw.Set16(RawModule.Machine, 62)),
        Damaged("2", "KLP4010", "ELFCLASS32, which only other programs look at", raw => raw.Bytes[RawModule.Class] = 1) with { Outcome = LoadRuleOutcome.Loads },
        Damaged("2", "KLP4010", "ELFDATA2MSB, which only other programs look at", raw => raw.Bytes[RawModule.Class + 1] = 2) with { Outcome = LoadRuleOutcome.Loads },

        Damaged("3", "KLP4011", "e_shentsize is 63", raw => raw.Set16(RawModule.SectionHeaderSize, 63)),
        Damaged("3", "KLP4011", "the section table starts behind the file's end", raw => raw.Set64(RawModule.SectionHeaders, (ulong)raw.Bytes.Length)),
        Damaged("3", "KLP4011", "the section table ends behind the file's end", raw => raw.Set16(RawModule.SectionCount, 0x7000)),
        Damaged("3", "KLP4011", "section 0 is SHT_PROGBITS", raw => raw.Set32(raw.Header(0, RawModule.SectionType), 1)),
        Damaged("3", "KLP4011", "section 0 has a size", raw => raw.Set64(raw.Header(0, RawModule.SectionSize), 1)),
        Damaged("3", "KLP4011", ".rodata ends behind the file's end", raw => raw.Set64(raw.Header(".rodata", RawModule.SectionSize), 0x1000000)),
        Damaged("3", "KLP4011", ".rodata starts behind the file's end", raw => raw.Set64(raw.Header(".rodata", RawModule.SectionOffset), ulong.MaxValue)),

        Damaged("4", "KLP4012", "no section name table", raw => raw.Set16(RawModule.NameTableIndex, 0)),
        Damaged("4", "KLP4012", "the index of the section name table is out of range", raw => raw.Set16(RawModule.NameTableIndex, 0x7000)),
        Damaged("4", "KLP4012", "the section name table is SHT_PROGBITS", raw => raw.Set32(raw.Header(Names, RawModule.SectionType), 1)),
        Damaged("4", "KLP4012", "the section name table is empty", raw => raw.Set64(raw.Header(Names, RawModule.SectionSize), 0)),
        Damaged("4", "KLP4012", "the section name table does not end with NUL", raw => raw.Bytes[raw.Contents(Names) + raw.Size(Names) - 1] = (byte)'x'),
        Damaged("4", "KLP4012", "the name of .rodata is out of range", raw => raw.Set32(raw.Header(".rodata", RawModule.SectionName), 0x10000)),

        Edited("5", "KLP4014", "two .modinfo sections", module => module.AddSection(new ElfDataSection(Modinfo, ElfSectionType.ProgBits, "a=b\0"u8.ToArray()))),

        Edited("6", "KLP4015", "no " + ThisModule, module => module.FindSection(ThisModule)!.Name = ".data.this_module"),
        Edited("6", "KLP4015", $"two {ThisModule} sections", module => module.AddSection(new ElfDataSection(ThisModule, ElfSectionType.ProgBits, [0]))),
        Damaged("6", "KLP4015", ThisModule + " is SHT_NOBITS", raw => raw.Set32(raw.Header(ThisModule, RawModule.SectionType), 8)),
        Edited("6", "KLP4015", ThisModule + " lacks SHF_ALLOC", module => module.FindSection(ThisModule)!.Flags = ElfSectionFlags.Write),
        Edited("6", "KLP4015", ThisModule + " is 64 bytes larger than the kernel's struct module", Enlarge),
        Edited("6", "KLP4061", "struct module has the start function 8 bytes before its place", module => MoveBack(module, "init_module")) with { Outcome = LoadRuleOutcome.Wrong, Alone = true },
        Edited("6", "KLP4061", "struct module has the exit function 8 bytes before its place", module => MoveBack(module, "cleanup_module")) with { Outcome = LoadRuleOutcome.Wrong, Alone = true, Unloads = true },

        Damaged("7", "KLP4013", "no symbol table", raw => raw.Set32(raw.Header(Symbols, RawModule.SectionType), 1)),
        Damaged("7", "KLP4013", "two symbol tables", raw => raw.Set32(raw.Header(".comment", RawModule.SectionType), 2)),
        Damaged("7", "KLP4013", "the symbol table has no string table", raw => raw.Set32(raw.Header(Symbols, RawModule.SectionLink), 0)),
        Damaged("7", "KLP4013", "the symbol table's string table is .rodata", raw => raw.Set32(raw.Header(Symbols, RawModule.SectionLink), (uint)raw.IndexOf(".rodata"))),
        Damaged("7", "KLP4013", "the string table is empty", raw => raw.Set64(raw.Header(Strings, RawModule.SectionSize), 0)),
        Damaged("7", "KLP4013", "the string table does not start with NUL", raw => raw.Bytes[raw.Contents(Strings)] = (byte)'x'),
        Damaged("7", "KLP4013", "the string table does not end with NUL", raw => raw.Bytes[raw.Contents(Strings) + raw.Size(Strings) - 1] = (byte)'x'),
        Damaged("7", "KLP4013", "the name of a symbol is out of range", raw => raw.Set32(raw.Symbol(LoadRuleSource.UnusedImport), 0x100000)),

        Edited("8", "KLP4016", "__version_ext_crcs without __version_ext_names", module => module.FindSection("__version_ext_names")!.Name = "__names") with { Guest = LoadRuleGuest.Hardened },
        Edited("8", "KLP4016", "fewer names than CRCs", module => Data(module, "__version_ext_names").SetContents("module_layout\0"u8.ToArray())) with { Guest = LoadRuleGuest.Hardened },

        Edited("9", "KLP4017", "another CRC of module_layout in the extended versions", module => ModuleVersionEdit.ChangeExtended(module, "module_layout")) with { Guest = LoadRuleGuest.Hardened },
        Edited("9", "KLP4017", "another CRC of module_layout in the basic versions, no extended ones", module => ModuleVersionEdit.WithoutExtended(module, () => ModuleVersionEdit.ChangeBasic(module, "module_layout"))) with { Guest = LoadRuleGuest.Hardened },
        Edited("9", "KLP4017", "no CRC of module_layout in the basic versions, no extended ones", module => ModuleVersionEdit.WithoutExtended(module, () => ModuleVersionEdit.RenameBasic(module, "module_layout"))) with { Guest = LoadRuleGuest.Hardened },
        Edited("9", "KLP4017", "another CRC of module_layout", module => ModuleVersionEdit.ChangeBasic(module, "module_layout")) with { Guest = LoadRuleGuest.Distribution, Option = "MODVERSIONS" },
        Edited("9", "KLP4024", "no versions at all", module => ModuleVersionEdit.WithoutExtended(module, () => module.FindSection("__versions")!.Name = "__verzions")) with { Guest = LoadRuleGuest.Hardened },

        Damaged("10", "KLP4018", "the vermagic of another configuration", raw => raw.Replace(Modinfo, " SMP ", " UMP ")),
        Damaged("10", "KLP4018", "the vermagic of another release", OtherRelease),
        Damaged("10", "KLP4018", "no vermagic", raw => raw.Replace(Modinfo, "vermagic=", "vermagix=")),
        Damaged("10", "KLP4018", "the vermagic of another configuration, and versions", raw => raw.Replace(Modinfo, " SMP ", " UMP ")) with { Guest = LoadRuleGuest.Hardened },
        Damaged("10", "", "the vermagic of another release, and versions", OtherRelease) with { Guest = LoadRuleGuest.Hardened, Outcome = LoadRuleOutcome.Loads },

        Edited("12", "KLP4019", "no .plt", module => module.FindSection(".plt")!.Name = ".plx"),
        Edited("12", "KLP4019", "no .init.plt", module => module.FindSection(".init.plt")!.Name = ".init.plx"),
        Edited("12", "KLP4019", "no .text.ftrace_trampoline", module => module.FindSection(".text.ftrace_trampoline")!.Name = ".text.trampoline"),
        Edited("12", "KLP4019", "no .init.text.ftrace_trampoline", module => module.FindSection(".init.text.ftrace_trampoline")!.Name = ".init.text.trampoline"),

        Edited("13", "KLP4020", ".text is writable", module => module.FindSection(".text")!.Flags |= ElfSectionFlags.Write),
    ];

    private static LoadRuleCase Edited(string rule, string code, string broken, Action<ElfObject> edit) =>
        new(rule, code, broken, modules => modules.Edit(edit));

    private static LoadRuleCase Damaged(string rule, string code, string broken, Func<RawModule, object> damage) =>
        new(rule, code, broken, modules =>
        {
            RawModule raw = new(modules.Good);
            return damage(raw) as byte[] ?? raw.Bytes;
        });

    /// <summary>The first letter of the release, which is a digit, becomes another digit.</summary>
    private static RawModule OtherRelease(RawModule raw)
    {
        int at = raw.Contents(Modinfo) + raw.Bytes.AsSpan(raw.Contents(Modinfo), raw.Size(Modinfo)).IndexOf("vermagic="u8) + "vermagic=".Length;
        raw.Bytes[at] = (byte)(raw.Bytes[at] == '9' ? '8' : '9');
        return raw;
    }

    private static byte[] ChangedAfterSigning(LoadRuleModules modules)
    {
        byte[] signed = modules.Sign(modules.Good);
        int banner = signed.AsSpan().IndexOf("rodata %ps"u8);
        signed[banner] = (byte)'R';
        return signed;
    }

    // struct module_signature stands before the marker, which is 28 bytes.
    private static byte[] SignatureOf(LoadRuleModules modules, int fromEnd, byte value)
    {
        byte[] signed = modules.Sign(modules.Good);
        signed[signed.Length + fromEnd] = value;
        return signed;
    }

    private static void Enlarge(ElfObject module)
    {
        ElfDataSection section = Data(module, ThisModule);
        section.SetContents([.. section.Contents, .. new byte[64]]);
    }

    private static void MoveBack(ElfObject module, string function) =>
        module.RelocationSections.Single(section => section.InfoSection?.Name == ThisModule).Relocations.Single(relocation => relocation.Symbol?.Name == function).Offset -= 8;

    private static ElfDataSection Data(ElfObject module, string name) => (ElfDataSection)module.FindSection(name)!;
}
