namespace Klp.Livepatch.Diagnostics;

/// <summary>
/// Every diagnostic code: <c>KLP0xxx</c> environment, <c>KLP1xxx</c> compile, <c>KLP2xxx</c> symbol database,
/// <c>KLP3xxx</c> conversion, <c>KLP4xxx</c> load-time rules. A code keeps its meaning for ever.
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

    /// <summary>The project has no C source.</summary>
    public const string NoSources = "KLP0011";

    /// <summary>A file could not be read or written.</summary>
    public const string InputOutput = "KLP0012";

    /// <summary>The SDK is used as a package reference.</summary>
    public const string UsedAsPackageReference = "KLP0013";

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

    /// <summary>The symbol database is malformed.</summary>
    public const string DatabaseMalformed = "KLP2001";

    /// <summary>The symbols of vmlinux cannot be read.</summary>
    public const string VmlinuxUnreadable = "KLP2002";

    /// <summary>A module of the kernel tree cannot be read.</summary>
    public const string ModuleUnreadable = "KLP2003";

    /// <summary>Module.symvers is malformed.</summary>
    public const string SymversMalformed = "KLP2004";

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
}
