namespace Klp.Kernel.Diagnostics;

// KLP7xxx: from a patch to the objects of a livepatch: what the patch changed in the compiled code.
public static partial class DiagnosticCodes
{
    /// <summary>The patch changes code or data that is for the start alone.</summary>
    public static readonly DiagnosticDescriptor PatchChangesInit = Error("KLP7007", "the patch changes what runs only at the start");

    /// <summary>The kernel was not linked from the tree's object of a unit.</summary>
    public static readonly DiagnosticDescriptor UnitNotLinked = Error("KLP7012", "the kernel was not linked from the tree's object");

    /// <summary>The patch changes no code.</summary>
    public static readonly DiagnosticDescriptor PatchWithoutEffect = Error("KLP7020", "there is nothing to patch");

    /// <summary>The patch changes data that the kernel has already.</summary>
    public static readonly DiagnosticDescriptor PatchChangesData = Error("KLP7021", "the patch changes data that exists already");

    /// <summary>The patch changes a type that the kernel has objects of.</summary>
    public static readonly DiagnosticDescriptor PatchChangesLayout = Error("KLP7022", "the patch changes the layout of a type");

    /// <summary>A static variable went, or cannot be told from another.</summary>
    public static readonly DiagnosticDescriptor StaticVariableLost = Error("KLP7023", "a static variable went or is ambiguous");

    /// <summary>A changed function cannot be replaced, nor can its callers be in its place.</summary>
    public static readonly DiagnosticDescriptor ChangedFunctionUntraceable = Error("KLP7024", "a changed function cannot be replaced");

    /// <summary>A changed function shares its section with others.</summary>
    public static readonly DiagnosticDescriptor ChangedFunctionInSharedSection =
        Error("KLP7025", "a changed function shares its section with others");

    /// <summary>The patch changes more units than are allowed.</summary>
    public static readonly DiagnosticDescriptor TooManyUnits = Error("KLP7026", "the patch changes too many units");

    /// <summary>A function that would be extracted has a runtime constant.</summary>
    public static readonly DiagnosticDescriptor RuntimeConstant = Error("KLP7030", "a function has a runtime constant");

    /// <summary>A jump label of an extracted function has its key in a module.</summary>
    public static readonly DiagnosticDescriptor StaticKeyOfModule = Error("KLP7031", "a static key is a module's");

    /// <summary>An entry that the kernel reads as it loads would need a symbol of a module.</summary>
    public static readonly DiagnosticDescriptor TableEntryTooLate = Error("KLP7032", "a table is read before its symbol is there");

    /// <summary>A section that is not known here refers to an extracted function.</summary>
    public static readonly DiagnosticDescriptor SpecialSectionUnknown = Error("KLP7033", "a section is not known");

    /// <summary>The patch changes what the kernel or a module registers as it starts.</summary>
    public static readonly DiagnosticDescriptor PatchChangesRegistration =
        Error("KLP7034", "the patch changes what is registered at the start");

    /// <summary>The patch changes the type of what modules use by its exported name.</summary>
    public static readonly DiagnosticDescriptor ExportedTypeChanged = Error("KLP7035", "the patch changes the type of an exported symbol");

    /// <summary>A section that would be extracted is kept or dropped together with others.</summary>
    public static readonly DiagnosticDescriptor SectionInGroup = Error("KLP7036", "a section belongs to a group");

    /// <summary>A symbol that extracted code needs cannot be addressed.</summary>
    public static readonly DiagnosticDescriptor SymbolNotAddressable = Error("KLP7037", "a symbol cannot be addressed");

    /// <summary>A patch defines a global symbol of the kernel in another unit, or takes it away.</summary>
    public static readonly DiagnosticDescriptor GlobalDefinedAnew = Error("KLP7038", "a global symbol moves, or goes");

    /// <summary>A function that the patched version does not have may run nevertheless, and would be wrong.</summary>
    public static readonly DiagnosticDescriptor LeftFunctionRuns = Error("KLP7039", "a function that went may still be called");

    /// <summary>An address of a changed function stays that of the original.</summary>
    public static readonly DiagnosticDescriptor AddressOfOriginal = Info("KLP7040", "an address stays that of the original function");

    /// <summary>Callers are replaced because a changed function cannot be.</summary>
    public static readonly DiagnosticDescriptor CallersReplaced = Info("KLP7041", "callers are replaced in place of a function");

    /// <summary>A function of the start has a copy of what the patch changes.</summary>
    public static readonly DiagnosticDescriptor CopyForStart = Info("KLP7043", "a copy for the start alone stays as it was");

    /// <summary>What is to happen once may happen once more.</summary>
    public static readonly DiagnosticDescriptor OnceAgain = Warning("KLP7042", "what happens once happens once more");
}
