namespace Klp.Kernel.Diagnostics;

// KLP3xxx: which symbol is meant, and when it is resolved.
public static partial class DiagnosticCodes
{
    /// <summary>A symbol exists nowhere in the kernel.</summary>
    public static readonly DiagnosticDescriptor SymbolUnknown = Error("KLP3001", "a symbol exists nowhere in the kernel");

    /// <summary>A symbol exists more than once and no annotation says which is meant.</summary>
    public static readonly DiagnosticDescriptor SymbolAmbiguous = Error("KLP3002", "a symbol is ambiguous");

    /// <summary>An annotation names a symbol or object that does not exist.</summary>
    public static readonly DiagnosticDescriptor AnnotationTargetUnknown =
        Error("KLP3003", "an annotation names a symbol or object that does not exist");

    /// <summary>An annotation's position is larger than the number of symbols of that name.</summary>
    public static readonly DiagnosticDescriptor AnnotationPositionOutOfRange =
        Error("KLP3004", "an annotation's position (sympos) is too large");

    /// <summary>An annotation is malformed.</summary>
    public static readonly DiagnosticDescriptor AnnotationMalformed = Error("KLP3005", "an annotation is malformed");

    /// <summary>Two annotations of one symbol contradict each other.</summary>
    public static readonly DiagnosticDescriptor AnnotationConflict = Error("KLP3006", "two annotations of a symbol contradict each other");

    /// <summary>An annotation has no effect.</summary>
    public static readonly DiagnosticDescriptor AnnotationUnused = Warning("KLP3007", "an annotation has no effect");

    /// <summary>Which object a piece of code patches cannot be known, and it matters.</summary>
    public static readonly DiagnosticDescriptor PatchedObjectUnknown =
        Error("KLP3008", "the patched object is not known, or loaded too early");

    /// <summary>The input is not an ELF module that can be converted.</summary>
    public static readonly DiagnosticDescriptor ModuleMalformed = Error("KLP3009", "the input is not a module that can be converted");

    /// <summary>The module is converted already.</summary>
    public static readonly DiagnosticDescriptor AlreadyConverted = Error("KLP3010", "the module is converted already");

    /// <summary>A relocation type that the kernel's module loader does not know.</summary>
    public static readonly DiagnosticDescriptor RelocationTypeUnsupported =
        Error("KLP3011", "the kernel's module loader does not know the relocation type");

    /// <summary>A symbol's position depends on whether its module is loading or loaded.</summary>
    public static readonly DiagnosticDescriptor PositionDependsOnLoadOrder =
        Error("KLP3012", "a symbol's position depends on the order of loading");

    /// <summary>A relocation would belong to an object that the livepatch does not patch, and would never be applied.</summary>
    public static readonly DiagnosticDescriptor ObjectNotPatched = Error("KLP3013", "the livepatch does not patch the annotated object");

    /// <summary>The livepatch depends on a module: it must be loaded first.</summary>
    public static readonly DiagnosticDescriptor ModuleDependency = Info("KLP3014", "the livepatch depends on a module");

    /// <summary>A special section refers to a symbol that is resolved too late for it.</summary>
    public static readonly DiagnosticDescriptor SpecialSection =
        Error("KLP3015", "a special section needs a symbol that is resolved too late");

    /// <summary>Whether a symbol's position depends on the order of loading was not checked.</summary>
    public static readonly DiagnosticDescriptor PositionNotChecked =
        Info("KLP3016", "whether a position depends on the order of loading was not checked");

    /// <summary>A symbol is used where the kernel applies no relocation.</summary>
    public static readonly DiagnosticDescriptor NeverRelocated = Error("KLP3017", "a symbol where the kernel applies no relocation");

    /// <summary>A symbol of a patched module is used where the kernel cannot write when the module comes.</summary>
    public static readonly DiagnosticDescriptor PlaceNotWritable =
        Error("KLP3018", "a symbol where the kernel cannot write when the patched module comes");

    /// <summary>A symbol of a patched module is used in a section of which it is not known what the kernel does with it.</summary>
    public static readonly DiagnosticDescriptor SectionUnknown =
        Error("KLP3019", "a symbol of a patched module in a section that is not known");

    /// <summary>A function that the project describes does not exist.</summary>
    public static readonly DiagnosticDescriptor FunctionUnknown = Error("KLP3020", "a KlpFunction does not exist");

    /// <summary>What the project describes as a function is data.</summary>
    public static readonly DiagnosticDescriptor FunctionIsData = Error("KLP3021", "a KlpFunction is data");

    /// <summary>A function that the project describes is freed after the start, or cannot be traced.</summary>
    public static readonly DiagnosticDescriptor FunctionNotPatchable = Error("KLP3022", "a KlpFunction cannot be patched");

    /// <summary>The kernel has several functions of a name, and the project does not say which one it means.</summary>
    public static readonly DiagnosticDescriptor FunctionAmbiguous = Error("KLP3023", "a KlpFunction is ambiguous");

    /// <summary>A second reader finds something else in the converted module than was planned.</summary>
    public static readonly DiagnosticDescriptor SecondReaderDisagrees =
        Error("KLP3024", "the converted module is not what was planned");
}
