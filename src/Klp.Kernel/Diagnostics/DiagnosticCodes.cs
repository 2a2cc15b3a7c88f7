namespace Klp.Kernel.Diagnostics;

/// <summary>
/// Every diagnostic code: <c>KLP0xxx</c> environment, <c>KLP1xxx</c> compile, <c>KLP2xxx</c> symbol database,
/// <c>KLP3xxx</c> conversion, <c>KLP4xxx</c> load-time rules, <c>KLP5xxx</c> tests, <c>KLP6xxx</c> signing,
/// compression and compiler launchers. A code keeps its meaning for ever.
/// </summary>
public static class DiagnosticCodes
{
    /// <summary>No kernel tree was named.</summary>
    public const string NoKernelTree = "KLP0001";

    /// <summary>The kernel tree does not exist.</summary>
    public const string KernelTreeMissing = "KLP0002";

    /// <summary>The folder is no kernel tree, or is not configured.</summary>
    public const string KernelTreeNotConfigured = "KLP0003";

    /// <summary>The kernel tree is not built.</summary>
    public const string KernelTreeNotBuilt = "KLP0004";

    /// <summary>The kernel is configured without CONFIG_LIVEPATCH.</summary>
    public const string LivepatchDisabled = "KLP0005";

    /// <summary>The kernel is too old for its architecture to livepatch.</summary>
    public const string KernelTooOld = "KLP0006";

    /// <summary>The kernel's architecture cannot livepatch.</summary>
    public const string ArchitectureUnsupported = "KLP0007";

    /// <summary>The compiler was not found.</summary>
    public const string CompilerMissing = "KLP0008";

    /// <summary>make was not found.</summary>
    public const string MakeMissing = "KLP0009";

    /// <summary>The module's name is not one the kernel accepts.</summary>
    public const string ModuleNameInvalid = "KLP0010";

    /// <summary>The project has no source.</summary>
    public const string NoSources = "KLP0011";

    /// <summary>A file could not be read or written.</summary>
    public const string InputOutput = "KLP0012";

    /// <summary>The SDK is used as a package reference.</summary>
    public const string UsedAsPackageReference = "KLP0013";

    /// <summary>A project has KlpKernel items and sets KlpKernelTree.</summary>
    public const string KernelsAndKernelTree = "KLP0014";

    /// <summary>A KlpKernel item has no tree, or another's name.</summary>
    public const string KernelItemInvalid = "KLP0015";

    /// <summary>Two kernels of a project have the same output folder.</summary>
    public const string KernelsShareOutput = "KLP0016";

    /// <summary>The build for one of a project's kernels failed.</summary>
    public const string KernelFailed = "KLP0017";

    /// <summary>A target of one kernel was asked of a project for several.</summary>
    public const string TargetOfOneKernel = "KLP0018";

    /// <summary>--no-build was asked for, and there is no build.</summary>
    public const string NotBuilt = "KLP0019";

    /// <summary>A program that kbuild calls is not there.</summary>
    public const string HostProgramMissing = "KLP0020";

    /// <summary>A file of the kernel that is needed may be read by root only.</summary>
    public const string KernelFileUnreadable = "KLP0021";

    /// <summary>A program that kbuild calls is there and cannot run on this machine.</summary>
    public const string HostProgramUnusable = "KLP0022";

    /// <summary>The vmlinux that was named does not exist, or has nothing of the kernel.</summary>
    public const string VmlinuxUnusable = "KLP0023";

    /// <summary>A distribution's headers name files that are not there.</summary>
    public const string HeadersIncomplete = "KLP0024";

    /// <summary>dotnet test works in a mode in which livepatches cannot be tested.</summary>
    public const string OtherTestMode = "KLP0026";

    /// <summary>dotnet run was asked for a livepatch.</summary>
    public const string NotRunnable = "KLP0027";

    /// <summary>The machine that builds does not run Linux.</summary>
    public const string HostNotLinux = "KLP0030";

    /// <summary>The MSBuild that builds is older than the SDK's tasks.</summary>
    public const string MSBuildTooOld = "KLP0031";

    /// <summary>An error of the C compiler.</summary>
    public const string CompilerError = "KLP1001";

    /// <summary>A warning of the C compiler.</summary>
    public const string CompilerWarning = "KLP1002";

    /// <summary>An error of the assembler or the linker.</summary>
    public const string LinkerError = "KLP1003";

    /// <summary>An error of modpost.</summary>
    public const string ModpostError = "KLP1004";

    /// <summary>kbuild failed without a message that says where.</summary>
    public const string KbuildFailed = "KLP1005";

    /// <summary>A warning of modpost, the assembler or the linker.</summary>
    public const string KbuildWarning = "KLP1006";

    /// <summary>An item from which the livepatch's tables are generated is malformed.</summary>
    public const string TableItemMalformed = "KLP1010";

    /// <summary>A function, an object or a state is there twice among the items of the livepatch's tables.</summary>
    public const string TableEntryTwice = "KLP1011";

    /// <summary>The items of the livepatch's tables ask for something that the kernel does not have yet.</summary>
    public const string TablesNeedNewerKernel = "KLP1012";

    /// <summary>The livepatch's tables are written by hand and generated.</summary>
    public const string TablesTwice = "KLP1013";

    /// <summary>A function that the items of the livepatch's tables name is not in the sources, or is static.</summary>
    public const string NewFunctionMissing = "KLP1014";

    /// <summary>Items ask for tables in which nothing would be patched.</summary>
    public const string TablesEmpty = "KLP1015";

    /// <summary>The livepatch has the name of a module of the kernel.</summary>
    public const string ModuleNameTaken = "KLP1016";

    /// <summary>A KlpSource item is neither a C nor an assembler source.</summary>
    public const string SourceKindUnknown = "KLP1019";

    /// <summary>A directory or a file of headers that the project names does not exist.</summary>
    public const string IncludePathMissing = "KLP1020";

    /// <summary>What KlpEnvironment lists is no name of an environment variable.</summary>
    public const string EnvironmentVariableName = "KLP1021";

    /// <summary>The symbol database is malformed.</summary>
    public const string DatabaseMalformed = "KLP2001";

    /// <summary>The symbols of vmlinux cannot be read.</summary>
    public const string VmlinuxUnreadable = "KLP2002";

    /// <summary>A module of the kernel tree cannot be read.</summary>
    public const string ModuleUnreadable = "KLP2003";

    /// <summary>Module.symvers is malformed.</summary>
    public const string SymversMalformed = "KLP2004";

    /// <summary>An external module is for another kernel.</summary>
    public const string ExternalModuleForOtherKernel = "KLP2005";

    /// <summary>The name of an external module's file is not its module's, or another's as well.</summary>
    public const string ExternalModuleName = "KLP2006";

    /// <summary>A file of the kernel was passed over, because it does not hold what its name says.</summary>
    public const string KernelFilePassedOver = "KLP2007";

    /// <summary>A file of the kernel is another kernel's.</summary>
    public const string KernelFileForeign = "KLP2008";

    /// <summary>Modules of the kernel are missing from the symbol database.</summary>
    public const string ModulesMissing = "KLP2009";

    /// <summary>A symbol exists nowhere in the kernel.</summary>
    public const string SymbolUnknown = "KLP3001";

    /// <summary>A symbol exists more than once and no annotation says which is meant.</summary>
    public const string SymbolAmbiguous = "KLP3002";

    /// <summary>An annotation names a symbol or object that does not exist.</summary>
    public const string AnnotationTargetUnknown = "KLP3003";

    /// <summary>An annotation's position is larger than the number of symbols of that name.</summary>
    public const string AnnotationPositionOutOfRange = "KLP3004";

    /// <summary>An annotation is malformed.</summary>
    public const string AnnotationMalformed = "KLP3005";

    /// <summary>Two annotations of one symbol contradict each other.</summary>
    public const string AnnotationConflict = "KLP3006";

    /// <summary>An annotation has no effect.</summary>
    public const string AnnotationUnused = "KLP3007";

    /// <summary>Which object a piece of code patches cannot be known, and it matters.</summary>
    public const string PatchedObjectUnknown = "KLP3008";

    /// <summary>The input is not an ELF module that can be converted.</summary>
    public const string ModuleMalformed = "KLP3009";

    /// <summary>The module is converted already.</summary>
    public const string AlreadyConverted = "KLP3010";

    /// <summary>A relocation type that the kernel's module loader does not know.</summary>
    public const string RelocationTypeUnsupported = "KLP3011";

    /// <summary>A symbol's position depends on whether its module is loading or loaded.</summary>
    public const string PositionDependsOnLoadOrder = "KLP3012";

    /// <summary>A relocation would belong to an object that the livepatch does not patch, and would never be applied.</summary>
    public const string ObjectNotPatched = "KLP3013";

    /// <summary>The livepatch depends on a module: it must be loaded first.</summary>
    public const string ModuleDependency = "KLP3014";

    /// <summary>A special section refers to a symbol that is resolved too late for it.</summary>
    public const string SpecialSection = "KLP3015";

    /// <summary>Whether a symbol's position depends on the order of loading was not checked.</summary>
    public const string PositionNotChecked = "KLP3016";

    /// <summary>A symbol is used where the kernel applies no relocation.</summary>
    public const string NeverRelocated = "KLP3017";

    /// <summary>A symbol of a patched module is used where the kernel cannot write when the module comes.</summary>
    public const string PlaceNotWritable = "KLP3018";

    /// <summary>A symbol of a patched module is used in a section of which it is not known what the kernel does with it.</summary>
    public const string SectionUnknown = "KLP3019";

    /// <summary>A function that the project describes does not exist.</summary>
    public const string FunctionUnknown = "KLP3020";

    /// <summary>What the project describes as a function is data.</summary>
    public const string FunctionIsData = "KLP3021";

    /// <summary>A function that the project describes is freed after the start, or cannot be traced.</summary>
    public const string FunctionNotPatchable = "KLP3022";

    /// <summary>The kernel has several functions of a name, and the project does not say which one it means.</summary>
    public const string FunctionAmbiguous = "KLP3023";

    /// <summary>The modinfo of the module lacks livepatch=Y.</summary>
    public const string NotMarkedAsLivepatch = "KLP4001";

    /// <summary>An undefined symbol is not exported by the kernel or a module.</summary>
    public const string UndefinedSymbol = "KLP4002";

    /// <summary>A livepatch relocation section is not formed as the kernel expects.</summary>
    public const string LivepatchSectionMalformed = "KLP4003";

    /// <summary>A livepatch symbol is not formed as the kernel expects.</summary>
    public const string LivepatchSymbolMalformed = "KLP4004";

    /// <summary>A relocation in a livepatch section refers to a symbol that is no livepatch symbol.</summary>
    public const string RelocationSymbolNotLivepatch = "KLP4005";

    /// <summary>An ordinary relocation refers to a livepatch symbol.</summary>
    public const string OrdinaryRelocationToLivepatchSymbol = "KLP4006";

    /// <summary>A module-specific livepatch section refers to a symbol of vmlinux.</summary>
    public const string VmlinuxSymbolFromModuleSection = "KLP4007";

    /// <summary>The kernel takes only signed modules, and the module has no signature.</summary>
    public const string SignatureMissing = "KLP4008";

    /// <summary>The module's signature is damaged.</summary>
    public const string SignatureDamaged = "KLP4009";

    /// <summary>The file is no relocatable ELF64 object of the kernel's architecture.</summary>
    public const string ElfHeaderWrong = "KLP4010";

    /// <summary>The section table, or a section's place in the file, is damaged.</summary>
    public const string SectionTableDamaged = "KLP4011";

    /// <summary>The table of section names is damaged.</summary>
    public const string SectionNameDamaged = "KLP4012";

    /// <summary>The symbol table or its string table is missing, doubled or damaged.</summary>
    public const string SymbolTableDamaged = "KLP4013";

    /// <summary>There is more than one .modinfo section.</summary>
    public const string ModinfoDoubled = "KLP4014";

    /// <summary>The structure module in .gnu.linkonce.this_module is missing, doubled or of another size than the kernel's.</summary>
    public const string ThisModuleWrong = "KLP4015";

    /// <summary>__version_ext_crcs and __version_ext_names are not there together.</summary>
    public const string VersionTableIncomplete = "KLP4016";

    /// <summary>The CRC of module_layout is not the kernel's.</summary>
    public const string ModuleLayoutMismatch = "KLP4017";

    /// <summary>The vermagic is not the kernel's.</summary>
    public const string VermagicMismatch = "KLP4018";

    /// <summary>A section that the architecture's module loader needs is missing.</summary>
    public const string PltSectionMissing = "KLP4019";

    /// <summary>A section is both writable and executable.</summary>
    public const string WritableExecutableSection = "KLP4020";

    /// <summary>The livepatch exports symbols.</summary>
    public const string LivepatchExports = "KLP4021";

    /// <summary>A symbol is a common symbol.</summary>
    public const string CommonSymbol = "KLP4022";

    /// <summary>An export for GPL-compatible modules only is used by a module of another licence.</summary>
    public const string LicenseIncompatible = "KLP4023";

    /// <summary>The CRC of an imported symbol is missing or not the kernel's.</summary>
    public const string ImportVersionMismatch = "KLP4024";

    /// <summary>An export's namespace is not imported, or cannot be.</summary>
    public const string NamespaceNotImported = "KLP4025";

    /// <summary>A symbol's section index is out of range.</summary>
    public const string SymbolSectionOutOfRange = "KLP4026";

    /// <summary>The kernel silently skips a livepatch relocation section.</summary>
    public const string LivepatchSectionSkipped = "KLP4027";

    /// <summary>A livepatch relocation section lacks SHF_RELA_LIVEPATCH.</summary>
    public const string LivepatchFlagMissing = "KLP4028";

    /// <summary>A livepatch relocation section, or its target, is freed before it is applied.</summary>
    public const string LivepatchSectionFreed = "KLP4029";

    /// <summary>A livepatch symbol does not exist in its object.</summary>
    public const string LivepatchSymbolNotFound = "KLP4030";

    /// <summary>A livepatch symbol without a position exists more than once.</summary>
    public const string LivepatchSymbolAmbiguous = "KLP4031";

    /// <summary>A livepatch symbol's position is larger than the number of symbols of that name.</summary>
    public const string LivepatchSymbolPositionOutOfRange = "KLP4032";

    /// <summary>A relocation type that the kernel's module loader does not know, in a finished module.</summary>
    public const string LoaderRelocationUnsupported = "KLP4033";

    /// <summary>A member that livepatch needs is missing in the klp_patch, klp_object or klp_func tables.</summary>
    public const string TableIncomplete = "KLP4034";

    /// <summary>An object or a function is in the tables twice.</summary>
    public const string PatchedTwice = "KLP4035";

    /// <summary>A patched function does not exist, or its position does not.</summary>
    public const string PatchedFunctionNotFound = "KLP4036";

    /// <summary>A patched function has no entry of ftrace and cannot be patched.</summary>
    public const string FunctionNotTraceable = "KLP4037";

    /// <summary>A patched function without a position exists more than once.</summary>
    public const string PatchedFunctionAmbiguous = "KLP4038";

    /// <summary>A livepatch relocation section is named after an object that the livepatch does not patch.</summary>
    public const string SectionOfUnpatchedObject = "KLP4039";

    /// <summary>A special section of a finished module needs a symbol that is resolved too late for it.</summary>
    public const string SymbolResolvedTooLate = "KLP4040";

    /// <summary>A klp_object names no object of the kernel.</summary>
    public const string ObjectUnknown = "KLP4041";

    /// <summary>A new function has another prototype than the one that it replaces.</summary>
    public const string PrototypeDiffers = "KLP4042";

    /// <summary>A patched function has copies inlined elsewhere, which are not patched.</summary>
    public const string InlinedElsewhere = "KLP4043";

    /// <summary>A state of the livepatch goes back behind an earlier livepatch, or is missing.</summary>
    public const string StateIncompatible = "KLP4044";

    /// <summary>A symbol is in memory that the kernel frees after it has started.</summary>
    public const string InitSymbol = "KLP4045";

    /// <summary>A branch to a module that loads later may need a PLT entry that the kernel writes into read-only memory.</summary>
    public const string DistantBranch = "KLP4046";

    /// <summary>The kernel ignores a .klp.arch section.</summary>
    public const string ArchSectionIgnored = "KLP4047";

    /// <summary>A function that an earlier livepatch patches is patched no more.</summary>
    public const string ReplacedFunctionDropped = "KLP4048";

    /// <summary>A callback of an earlier livepatch would not be called any more, and has no successor.</summary>
    public const string ReplacedCallbackDropped = "KLP4049";

    /// <summary>The livepatch is to replace an earlier one, and does not say so.</summary>
    public const string NotReplacing = "KLP4050";

    /// <summary>A new function is in memory that the kernel frees when the livepatch has loaded.</summary>
    public const string NewFunctionFreed = "KLP4051";

    /// <summary>Two loaded sections have one name.</summary>
    public const string SectionNameTwice = "KLP4052";

    /// <summary>The signature is by the kernel's key and does not verify.</summary>
    public const string SignatureWrong = "KLP4053";

    /// <summary>The kernel takes only signed modules, and the module is signed with another key than the kernel's own.</summary>
    public const string SignerNotOfKernel = "KLP4054";

    /// <summary>A relocation of a finished module that the kernel does not apply.</summary>
    public const string LoadedNeverRelocated = "KLP4055";

    /// <summary>A section of per-CPU variables that the kernel takes for ordinary data.</summary>
    public const string PerCpuSectionIgnored = "KLP4056";

    /// <summary>A livepatch relocation for a place that the kernel cannot write when the patched module comes.</summary>
    public const string LatePlaceNotWritable = "KLP4057";

    /// <summary>A livepatch relocation for a section of which it is not known what the kernel does with it.</summary>
    public const string LateSectionUnknown = "KLP4058";

    /// <summary>A livepatch symbol or relocation section is of an object that the kernel does not have.</summary>
    public const string ProviderUnknown = "KLP4060";

    /// <summary>A member of struct module is where the kernel does not look for it.</summary>
    public const string ModuleMemberMisplaced = "KLP4061";

    /// <summary>The module's BTF does not go with the kernel's.</summary>
    public const string ModuleBtfInvalid = "KLP4062";

    /// <summary>There is no livepatch to test: it was not built.</summary>
    public const string TestModuleMissing = "KLP5001";

    /// <summary>A KlpBootCheck says nothing of the file's contents.</summary>
    public const string TestCheckWithoutCondition = "KLP5002";

    /// <summary>The time at which a check or a test is to be made is not known.</summary>
    public const string TestTimeUnknown = "KLP5003";

    /// <summary>The file or the regular expression of a KlpBootCheck is not one.</summary>
    public const string TestCheckMalformed = "KLP5004";

    /// <summary>The file of a KlpBootTest does not exist, or is neither a C program nor a script.</summary>
    public const string TestProgramMissing = "KLP5005";

    /// <summary>A test program is not compiled, or with a warning.</summary>
    public const string TestProgramNotCompiled = "KLP5006";

    /// <summary>A test script has no busybox to run it.</summary>
    public const string TestBusyboxMissing = "KLP5007";

    /// <summary>A time limit or a size of the guest is not a number that will do.</summary>
    public const string TestNumberMalformed = "KLP5008";

    /// <summary>There is no key or certificate to sign the module with.</summary>
    public const string SigningFileMissing = "KLP6001";

    /// <summary>The file of the signing key has no private key that can be used.</summary>
    public const string SigningKeyUnreadable = "KLP6002";

    /// <summary>The signing key is encrypted, and its password is missing or wrong.</summary>
    public const string SigningPasswordWrong = "KLP6003";

    /// <summary>The file of the signing certificate has none.</summary>
    public const string SigningCertificateUnreadable = "KLP6004";

    /// <summary>The signing key is not that of the certificate.</summary>
    public const string SigningKeyMismatch = "KLP6005";

    /// <summary>The hash to sign with is not known, or cannot be used here.</summary>
    public const string SigningHashUnknown = "KLP6006";

    /// <summary>The way to compress the module is not known.</summary>
    public const string CompressionUnknown = "KLP6007";

    /// <summary>The library that compresses the module is not installed.</summary>
    public const string CompressionLibraryMissing = "KLP6008";

    /// <summary>The compiler launcher was not found, or is not one that make can call.</summary>
    public const string CompilerLauncherMissing = "KLP6009";
}
