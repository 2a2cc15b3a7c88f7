namespace Klp.Kernel.Diagnostics;

// KLP1xxx: the generated tables, and what the tools of kbuild say.
public static partial class DiagnosticCodes
{
    /// <summary>An error of the C compiler.</summary>
    public static readonly DiagnosticDescriptor CompilerError = Error("KLP1001", "an error of the C compiler");

    /// <summary>A warning of the C compiler.</summary>
    public static readonly DiagnosticDescriptor CompilerWarning = Warning("KLP1002", "a warning of the C compiler");

    /// <summary>An error of the assembler or the linker.</summary>
    public static readonly DiagnosticDescriptor LinkerError = Error("KLP1003", "an error of the assembler or the linker");

    /// <summary>An error of modpost.</summary>
    public static readonly DiagnosticDescriptor ModpostError = Error("KLP1004", "an error of modpost");

    /// <summary>kbuild failed without a message that says where.</summary>
    public static readonly DiagnosticDescriptor KbuildFailed = Error("KLP1005", "kbuild failed without a message that says where");

    /// <summary>A warning of modpost, the assembler or the linker.</summary>
    public static readonly DiagnosticDescriptor KbuildWarning = Warning("KLP1006", "a warning of modpost, the assembler or the linker");

    /// <summary>An item from which the livepatch's tables are generated is malformed.</summary>
    public static readonly DiagnosticDescriptor TableItemMalformed = Error("KLP1010", "an item of the generated tables is malformed");

    /// <summary>A function, an object or a state is there twice among the items of the livepatch's tables.</summary>
    public static readonly DiagnosticDescriptor TableEntryTwice = Error("KLP1011", "something is twice in the generated tables");

    /// <summary>The items of the livepatch's tables ask for something that the kernel does not have yet.</summary>
    public static readonly DiagnosticDescriptor TablesNeedNewerKernel =
        Error("KLP1012", "the kernel is too old for what the tables ask for");

    /// <summary>The livepatch's tables are written by hand and generated.</summary>
    public static readonly DiagnosticDescriptor TablesTwice = Error("KLP1013", "the tables are written by hand and generated");

    /// <summary>A function that the items of the livepatch's tables name is not in the sources, or is static.</summary>
    public static readonly DiagnosticDescriptor NewFunctionMissing = Error("KLP1014", "a function of the generated tables is not there");

    /// <summary>Items ask for tables in which nothing would be patched.</summary>
    public static readonly DiagnosticDescriptor TablesEmpty = Error("KLP1015", "the generated tables would patch nothing");

    /// <summary>The livepatch has the name of a module of the kernel.</summary>
    public static readonly DiagnosticDescriptor ModuleNameTaken = Error("KLP1016", "the livepatch has the name of a module of the kernel");

    /// <summary>A KlpSource item is neither a C nor an assembler source.</summary>
    public static readonly DiagnosticDescriptor SourceKindUnknown =
        Error("KLP1019", "a KlpSource item is neither a C nor an assembler source");

    /// <summary>A directory or a file of headers that the project names does not exist.</summary>
    public static readonly DiagnosticDescriptor IncludePathMissing = Error("KLP1020", "a directory or a file of headers does not exist");

    /// <summary>What KlpEnvironment lists is no name of an environment variable.</summary>
    public static readonly DiagnosticDescriptor EnvironmentVariableName =
        Error("KLP1021", "KlpEnvironment lists what is no name of a variable");
}
