namespace Klp.Kernel.Diagnostics;

// KLP2xxx: the files that tell which symbols a kernel has.
public static partial class DiagnosticCodes
{
    /// <summary>The symbol database is malformed.</summary>
    public static readonly DiagnosticDescriptor DatabaseMalformed = Error("KLP2001", "the symbol database is malformed");

    /// <summary>The symbols of vmlinux cannot be read.</summary>
    public static readonly DiagnosticDescriptor VmlinuxUnreadable = Error("KLP2002", "the symbols of vmlinux cannot be read");

    /// <summary>A module of the kernel tree cannot be read.</summary>
    public static readonly DiagnosticDescriptor ModuleUnreadable = Error("KLP2003", "a module cannot be read");

    /// <summary>Module.symvers is malformed.</summary>
    public static readonly DiagnosticDescriptor SymversMalformed = Error("KLP2004", "Module.symvers is malformed");

    /// <summary>An external module is for another kernel.</summary>
    public static readonly DiagnosticDescriptor ExternalModuleForOtherKernel = Error("KLP2005", "an external module is for another kernel");

    /// <summary>The name of an external module's file is not its module's, or another's as well.</summary>
    public static readonly DiagnosticDescriptor ExternalModuleName =
        Error("KLP2006", "the name of an external module is not its own, or another's too");

    /// <summary>A file of the kernel was passed over, because it does not hold what its name says.</summary>
    public static readonly DiagnosticDescriptor KernelFilePassedOver = Info("KLP2007", "a file of the kernel was passed over");

    /// <summary>A file of the kernel is another kernel's.</summary>
    public static readonly DiagnosticDescriptor KernelFileForeign = Error("KLP2008", "a file of the kernel is another kernel's");

    /// <summary>Modules of the kernel are missing from the symbol database.</summary>
    public static readonly DiagnosticDescriptor ModulesMissing =
        Info("KLP2009", "modules of the kernel are missing from the symbol database");
}
