namespace Klp.Kernel.Diagnostics;

// KLP7005 to 7018: the objects of a kernel's build that a patch concerns.
public static partial class DiagnosticCodes
{
    /// <summary>A file of the patch is in no object of the kernel: an error where none of its files is.</summary>
    public static readonly DiagnosticDescriptor FileInNoObject = Warning("KLP7005", "a file of the patch is not in this kernel");

    /// <summary>The patch changes an object that is in neither vmlinux nor a module, or not C.</summary>
    public static readonly DiagnosticDescriptor ObjectNotPatchable = Error("KLP7006", "the patch changes what no livepatch can reach");

    /// <summary>The kernel tree has no objects, no records of their commands, or no source.</summary>
    public static readonly DiagnosticDescriptor PatchTreeIncomplete = Error("KLP7010", "the kernel tree lacks what a patch needs");

    /// <summary>The original source does not give the kernel's own object.</summary>
    public static readonly DiagnosticDescriptor OriginalDiffers = Error("KLP7011", "the source does not give the kernel's own object");

    /// <summary>The kernel's configuration makes objects that cannot be compared or taken apart.</summary>
    public static readonly DiagnosticDescriptor ConfigurationNotPatchable =
        Error("KLP7013", "the kernel's configuration lets no patch become a livepatch");

    /// <summary>A compile of the patched source read an original.</summary>
    public static readonly DiagnosticDescriptor OverlayLeak = Error("KLP7014", "a compile read the original of a patched file");

    /// <summary>The patched source does not compile.</summary>
    public static readonly DiagnosticDescriptor PatchedSourceError = Error("KLP7015", "the patched source does not compile");

    /// <summary>Objects of this architecture cannot be taken apart yet.</summary>
    public static readonly DiagnosticDescriptor ArchitectureNotPatchable = Error(
        "KLP7016", "objects of this architecture cannot be compared");

    /// <summary>A compile failed for want of room, memory or something else of the machine.</summary>
    public static readonly DiagnosticDescriptor CompileNotDone = Error("KLP7017", "the machine kept a compile from its end");

    /// <summary>The patch changes what the kernel's configuration leaves out.</summary>
    public static readonly DiagnosticDescriptor ChangeNotConfigured =
        Warning("KLP7018", "a change is in code that the kernel is not configured for");
}
