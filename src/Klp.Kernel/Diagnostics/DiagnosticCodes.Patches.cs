namespace Klp.Kernel.Diagnostics;

// KLP7001 to 7004, 7008, 7009 and 7019: what a patch says, and how it applies to the kernel's source.
public static partial class DiagnosticCodes
{
    /// <summary>A patch is no unified diff that can be read.</summary>
    public static readonly DiagnosticDescriptor PatchMalformed = Error("KLP7001", "the patch is malformed");

    /// <summary>A patch does not apply to the kernel's source.</summary>
    public static readonly DiagnosticDescriptor PatchNotApplying = Error("KLP7002", "the patch does not apply");

    /// <summary>It is not certain where a hunk of a patch belongs.</summary>
    public static readonly DiagnosticDescriptor PatchUncertain = Error("KLP7003", "it is not certain where a hunk belongs");

    /// <summary>A patch changes a file whose change no livepatch can carry.</summary>
    public static readonly DiagnosticDescriptor PatchFileUnsupported = Error("KLP7004", "a livepatch cannot carry the change of a file");

    /// <summary>A patch was applied in another way than it says.</summary>
    public static readonly DiagnosticDescriptor PatchApplied = Info("KLP7008", "a patch is applied in another way than it says");

    /// <summary>The project names patches by a wildcard that matches no file.</summary>
    public static readonly DiagnosticDescriptor PatchWildcardEmpty = Warning("KLP7019", "a KlpPatch matches no file");

    /// <summary>A file of a patch has nothing to do with the kernel's objects.</summary>
    public static readonly DiagnosticDescriptor PatchFilePassedOver = Info("KLP7009", "a file of the patch is passed over");
}
