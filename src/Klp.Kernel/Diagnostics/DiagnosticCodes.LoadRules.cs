namespace Klp.Kernel.Diagnostics;

// KLP4xxx: what the kernel would refuse, or load and get wrong.
public static partial class DiagnosticCodes
{
    /// <summary>The modinfo of the module lacks livepatch=Y.</summary>
    public static readonly DiagnosticDescriptor NotMarkedAsLivepatch = Error("KLP4001", "the module is not marked as a livepatch");

    /// <summary>An undefined symbol is not exported by the kernel or a module.</summary>
    public static readonly DiagnosticDescriptor UndefinedSymbol = Error("KLP4002", "an undefined symbol is not exported");

    /// <summary>A livepatch relocation section is not formed as the kernel expects.</summary>
    public static readonly DiagnosticDescriptor LivepatchSectionMalformed = Error("KLP4003", "a livepatch relocation section is malformed");

    /// <summary>A livepatch symbol is not formed as the kernel expects.</summary>
    public static readonly DiagnosticDescriptor LivepatchSymbolMalformed = Error("KLP4004", "a livepatch symbol is malformed");

    /// <summary>A relocation in a livepatch section refers to a symbol that is no livepatch symbol.</summary>
    public static readonly DiagnosticDescriptor RelocationSymbolNotLivepatch =
        Error("KLP4005", "a livepatch relocation refers to a symbol that is no livepatch symbol");

    /// <summary>An ordinary relocation refers to a livepatch symbol.</summary>
    public static readonly DiagnosticDescriptor OrdinaryRelocationToLivepatchSymbol =
        Error("KLP4006", "an ordinary relocation refers to a livepatch symbol");

    /// <summary>A module-specific livepatch section refers to a symbol of vmlinux.</summary>
    public static readonly DiagnosticDescriptor VmlinuxSymbolFromModuleSection =
        Error("KLP4007", "a module's livepatch section uses a symbol of vmlinux");

    /// <summary>The kernel takes only signed modules, and the module has no signature.</summary>
    public static readonly DiagnosticDescriptor SignatureMissing =
        Warning("KLP4008", "a kernel that takes only signed modules, and no signature");

    /// <summary>The module's signature is damaged.</summary>
    public static readonly DiagnosticDescriptor SignatureDamaged = Error("KLP4009", "the module's signature is damaged");

    /// <summary>The file is no relocatable ELF64 object of the kernel's architecture.</summary>
    public static readonly DiagnosticDescriptor ElfHeaderWrong = Error("KLP4010", "no relocatable object of the kernel's architecture");

    /// <summary>The section table, or a section's place in the file, is damaged.</summary>
    public static readonly DiagnosticDescriptor SectionTableDamaged = Error("KLP4011", "the section table is damaged");

    /// <summary>The table of section names is damaged.</summary>
    public static readonly DiagnosticDescriptor SectionNameDamaged = Error("KLP4012", "the table of section names is damaged");

    /// <summary>The symbol table or its string table is missing, doubled or damaged.</summary>
    public static readonly DiagnosticDescriptor SymbolTableDamaged = Error("KLP4013", "the symbol table is missing or damaged");

    /// <summary>There is more than one .modinfo section.</summary>
    public static readonly DiagnosticDescriptor ModinfoDoubled = Error("KLP4014", "more than one .modinfo section");

    /// <summary>The structure module in .gnu.linkonce.this_module is missing, doubled or of another size than the kernel's.</summary>
    public static readonly DiagnosticDescriptor ThisModuleWrong = Error("KLP4015", "struct module is not the kernel's");

    /// <summary>__version_ext_crcs and __version_ext_names are not there together.</summary>
    public static readonly DiagnosticDescriptor VersionTableIncomplete =
        Error("KLP4016", "the tables of extended versions do not fit together");

    /// <summary>The CRC of module_layout is not the kernel's.</summary>
    public static readonly DiagnosticDescriptor ModuleLayoutMismatch = Error("KLP4017", "the CRC of module_layout is not the kernel's");

    /// <summary>The vermagic is not the kernel's.</summary>
    public static readonly DiagnosticDescriptor VermagicMismatch = Error("KLP4018", "the vermagic is not the kernel's");

    /// <summary>A section that the architecture's module loader needs is missing.</summary>
    public static readonly DiagnosticDescriptor PltSectionMissing = Error("KLP4019", "a section that the module loader fills is missing");

    /// <summary>A section is both writable and executable.</summary>
    public static readonly DiagnosticDescriptor WritableExecutableSection = Error("KLP4020", "a section is writable and executable");

    /// <summary>The livepatch exports symbols.</summary>
    public static readonly DiagnosticDescriptor LivepatchExports = Warning("KLP4021", "the livepatch exports symbols");

    /// <summary>A symbol is a common symbol.</summary>
    public static readonly DiagnosticDescriptor CommonSymbol = Error("KLP4022", "a common symbol");

    /// <summary>An export for GPL-compatible modules only is used by a module of another licence.</summary>
    public static readonly DiagnosticDescriptor LicenseIncompatible =
        Error("KLP4023", "an export for GPL-compatible modules, and another license");

    /// <summary>The CRC of an imported symbol is missing or not the kernel's.</summary>
    public static readonly DiagnosticDescriptor ImportVersionMismatch =
        Error("KLP4024", "the CRC of an import is missing or not the kernel's");

    /// <summary>An export's namespace is not imported, or cannot be.</summary>
    public static readonly DiagnosticDescriptor NamespaceNotImported = Error("KLP4025", "the namespace of an export is not imported");

    /// <summary>A symbol's section index is out of range.</summary>
    public static readonly DiagnosticDescriptor SymbolSectionOutOfRange = Error("KLP4026", "a symbol's section does not exist");

    /// <summary>The kernel silently skips a livepatch relocation section.</summary>
    public static readonly DiagnosticDescriptor LivepatchSectionSkipped =
        Error("KLP4027", "the kernel skips a livepatch relocation section");

    /// <summary>A livepatch relocation section lacks SHF_RELA_LIVEPATCH.</summary>
    public static readonly DiagnosticDescriptor LivepatchFlagMissing = Error("KLP4028", "a livepatch relocation section lacks its flag");

    /// <summary>A livepatch relocation section, or its target, is freed before it is applied.</summary>
    public static readonly DiagnosticDescriptor LivepatchSectionFreed =
        Error("KLP4029", "a livepatch relocation section is freed before it is applied");

    /// <summary>A livepatch symbol does not exist in its object.</summary>
    public static readonly DiagnosticDescriptor LivepatchSymbolNotFound = Error("KLP4030", "a livepatch symbol does not exist");

    /// <summary>A livepatch symbol without a position exists more than once.</summary>
    public static readonly DiagnosticDescriptor LivepatchSymbolAmbiguous = Error("KLP4031", "a livepatch symbol is ambiguous");

    /// <summary>A livepatch symbol's position is larger than the number of symbols of that name.</summary>
    public static readonly DiagnosticDescriptor LivepatchSymbolPositionOutOfRange =
        Error("KLP4032", "a livepatch symbol's position does not exist");

    /// <summary>A relocation type that the kernel's module loader does not know, in a finished module.</summary>
    public static readonly DiagnosticDescriptor LoaderRelocationUnsupported =
        Error("KLP4033", "a relocation type that the module loader does not know");

    /// <summary>A member that livepatch needs is missing in the klp_patch, klp_object or klp_func tables.</summary>
    public static readonly DiagnosticDescriptor TableIncomplete = Error("KLP4034", "the livepatch's tables are incomplete");

    /// <summary>An object or a function is in the tables twice.</summary>
    public static readonly DiagnosticDescriptor PatchedTwice = Error("KLP4035", "an object or a function is patched twice");

    /// <summary>A patched function does not exist, or its position does not.</summary>
    public static readonly DiagnosticDescriptor PatchedFunctionNotFound = Error("KLP4036", "the patched function does not exist");

    /// <summary>A patched function has no entry of ftrace and cannot be patched.</summary>
    public static readonly DiagnosticDescriptor FunctionNotTraceable = Error("KLP4037", "the patched function cannot be traced");

    /// <summary>A patched function without a position exists more than once.</summary>
    public static readonly DiagnosticDescriptor PatchedFunctionAmbiguous = Error("KLP4038", "the patched function is ambiguous");

    /// <summary>A livepatch relocation section is named after an object that the livepatch does not patch.</summary>
    public static readonly DiagnosticDescriptor SectionOfUnpatchedObject =
        Error("KLP4039", "a livepatch relocation section for an object that is not patched");

    /// <summary>A special section of a finished module needs a symbol that is resolved too late for it.</summary>
    public static readonly DiagnosticDescriptor SymbolResolvedTooLate =
        Error("KLP4040", "a special section needs a symbol that is resolved too late");

    /// <summary>A klp_object names no object of the kernel.</summary>
    public static readonly DiagnosticDescriptor ObjectUnknown = Error("KLP4041", "a klp_object names no object of the kernel");

    /// <summary>A new function has another prototype than the one that it replaces.</summary>
    public static readonly DiagnosticDescriptor PrototypeDiffers = Warning("KLP4042", "a new function has another prototype");

    /// <summary>A patched function has copies inlined elsewhere, which are not patched.</summary>
    public static readonly DiagnosticDescriptor InlinedElsewhere = Warning("KLP4043", "a patched function is inlined elsewhere");

    /// <summary>A state of the livepatch goes back behind an earlier livepatch, or is missing.</summary>
    public static readonly DiagnosticDescriptor StateIncompatible = Error("KLP4044", "a state goes back, or is missing");

    /// <summary>A symbol is in memory that the kernel frees after it has started.</summary>
    public static readonly DiagnosticDescriptor InitSymbol = Error("KLP4045", "a symbol in memory that the kernel frees");

    /// <summary>A branch to a module that loads later may need a PLT entry that the kernel writes into read-only memory.</summary>
    public static readonly DiagnosticDescriptor DistantBranch = Info("KLP4046", "a branch to a module that may be far away");

    /// <summary>The kernel ignores a .klp.arch section.</summary>
    public static readonly DiagnosticDescriptor ArchSectionIgnored = Error("KLP4047", "a .klp.arch section that the kernel ignores");

    /// <summary>A function that an earlier livepatch patches is patched no more.</summary>
    public static readonly DiagnosticDescriptor ReplacedFunctionDropped = Warning("KLP4048", "a function is patched no more");

    /// <summary>A callback of an earlier livepatch would not be called any more, and has no successor.</summary>
    public static readonly DiagnosticDescriptor ReplacedCallbackDropped =
        Warning("KLP4049", "a callback of an earlier livepatch has no successor");

    /// <summary>The livepatch is to replace an earlier one, and does not say so.</summary>
    public static readonly DiagnosticDescriptor NotReplacing =
        Warning("KLP4050", "the livepatch is to replace an earlier one, and does not say so");

    /// <summary>A new function is in memory that the kernel frees when the livepatch has loaded.</summary>
    public static readonly DiagnosticDescriptor NewFunctionFreed =
        Error("KLP4051", "a new function is freed when the livepatch has loaded");

    /// <summary>Two loaded sections have one name.</summary>
    public static readonly DiagnosticDescriptor SectionNameTwice = Error("KLP4052", "two loaded sections have one name");

    /// <summary>The signature is by the kernel's key and does not verify.</summary>
    public static readonly DiagnosticDescriptor SignatureWrong = Error("KLP4053", "the signature is not of this module");

    /// <summary>The kernel takes only signed modules, and the module is signed with another key than the kernel's own.</summary>
    public static readonly DiagnosticDescriptor SignerNotOfKernel = Warning("KLP4054", "signed with another key than the kernel's own");

    /// <summary>A relocation of a finished module that the kernel does not apply.</summary>
    public static readonly DiagnosticDescriptor LoadedNeverRelocated = Error("KLP4055", "a relocation that the kernel does not apply");

    /// <summary>A section of per-CPU variables that the kernel takes for ordinary data.</summary>
    public static readonly DiagnosticDescriptor PerCpuSectionIgnored =
        Error("KLP4056", "per-CPU variables that the kernel takes for ordinary data");

    /// <summary>A livepatch relocation for a place that the kernel cannot write when the patched module comes.</summary>
    public static readonly DiagnosticDescriptor LatePlaceNotWritable =
        Error("KLP4057", "a place that the kernel cannot write when the patched module comes");

    /// <summary>A livepatch relocation for a section of which it is not known what the kernel does with it.</summary>
    public static readonly DiagnosticDescriptor LateSectionUnknown =
        Warning("KLP4058", "a livepatch relocation for a section that is not known");

    /// <summary>A livepatch symbol or relocation section is of an object that the kernel does not have.</summary>
    public static readonly DiagnosticDescriptor ProviderUnknown =
        Error("KLP4060", "a livepatch symbol or section is of an object that the kernel does not have");

    /// <summary>A member of struct module is where the kernel does not look for it.</summary>
    public static readonly DiagnosticDescriptor ModuleMemberMisplaced = Error("KLP4061", "struct module is laid out in another way");

    /// <summary>The module's BTF does not go with the kernel's.</summary>
    public static readonly DiagnosticDescriptor ModuleBtfInvalid = Error("KLP4062", "the module's BTF does not go with the kernel's");
}
