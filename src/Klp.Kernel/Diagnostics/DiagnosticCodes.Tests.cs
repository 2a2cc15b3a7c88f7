namespace Klp.Kernel.Diagnostics;

// KLP5xxx: the tests of a project.
public static partial class DiagnosticCodes
{
    /// <summary>There is no livepatch to test: it was not built.</summary>
    public static readonly DiagnosticDescriptor TestModuleMissing = Error("KLP5001", "there is no livepatch to test");

    /// <summary>A KlpBootCheck says nothing of the file's contents.</summary>
    public static readonly DiagnosticDescriptor TestCheckWithoutCondition = Error("KLP5002", "a check has no condition");

    /// <summary>The time at which a check or a test is to be made is not known.</summary>
    public static readonly DiagnosticDescriptor TestTimeUnknown = Error("KLP5003", "a check or test is for an unknown time");

    /// <summary>The file or the regular expression of a KlpBootCheck is not one.</summary>
    public static readonly DiagnosticDescriptor TestCheckMalformed = Error("KLP5004", "a check is malformed");

    /// <summary>The file of a KlpBootTest does not exist, or is neither a C program nor a script.</summary>
    public static readonly DiagnosticDescriptor TestProgramMissing = Error("KLP5005", "a test program does not exist");

    /// <summary>A test program is not compiled, or with a warning.</summary>
    public static readonly DiagnosticDescriptor TestProgramNotCompiled = Error("KLP5006", "a test program does not compile");

    /// <summary>A test script has no busybox to run it.</summary>
    public static readonly DiagnosticDescriptor TestBusyboxMissing = Error("KLP5007", "a test script has no busybox");

    /// <summary>A time limit or a size of the guest is not a number that will do.</summary>
    public static readonly DiagnosticDescriptor TestNumberMalformed = Error("KLP5008", "a number of the tests is malformed");
}
