namespace Klp.Kernel.Diagnostics;

// KLP0xxx: the machine, the kernel tree and the project.
public static partial class DiagnosticCodes
{
    /// <summary>No kernel tree was named.</summary>
    public static readonly DiagnosticDescriptor NoKernelTree = Error("KLP0001", "no kernel tree is named");

    /// <summary>The kernel tree does not exist.</summary>
    public static readonly DiagnosticDescriptor KernelTreeMissing = Error("KLP0002", "the kernel tree does not exist");

    /// <summary>The folder is no kernel tree, or is not configured.</summary>
    public static readonly DiagnosticDescriptor KernelTreeNotConfigured =
        Error("KLP0003", "the folder is no kernel tree, or is not configured");

    /// <summary>The kernel tree is not built.</summary>
    public static readonly DiagnosticDescriptor KernelTreeNotBuilt = Error("KLP0004", "the kernel tree is not built");

    /// <summary>The kernel is configured without CONFIG_LIVEPATCH.</summary>
    public static readonly DiagnosticDescriptor LivepatchDisabled = Error("KLP0005", "the kernel is configured without CONFIG_LIVEPATCH");

    /// <summary>The kernel is too old for its architecture to livepatch.</summary>
    public static readonly DiagnosticDescriptor KernelTooOld = Error("KLP0006", "the kernel is too old to livepatch on its architecture");

    /// <summary>The kernel's architecture cannot livepatch.</summary>
    public static readonly DiagnosticDescriptor ArchitectureUnsupported = Error("KLP0007", "the kernel's architecture cannot livepatch");

    /// <summary>The compiler was not found.</summary>
    public static readonly DiagnosticDescriptor CompilerMissing = Error("KLP0008", "the compiler was not found");

    /// <summary>make was not found.</summary>
    public static readonly DiagnosticDescriptor MakeMissing = Error("KLP0009", "make was not found");

    /// <summary>The module's name is not one the kernel accepts.</summary>
    public static readonly DiagnosticDescriptor ModuleNameInvalid = Error("KLP0010", "the module's name is not one the kernel accepts");

    /// <summary>The project has no source.</summary>
    public static readonly DiagnosticDescriptor NoSources = Error("KLP0011", "the project has no source");

    /// <summary>A file could not be read or written.</summary>
    public static readonly DiagnosticDescriptor InputOutput = Error("KLP0012", "a file cannot be read or written");

    /// <summary>The SDK is used as a package reference.</summary>
    public static readonly DiagnosticDescriptor UsedAsPackageReference = Error("KLP0013", "Klp.Sdk is used as a package reference");

    /// <summary>A project has KlpKernel items and sets KlpKernelTree.</summary>
    public static readonly DiagnosticDescriptor KernelsAndKernelTree =
        Error("KLP0014", "the project has both KlpKernel items and KlpKernelTree");

    /// <summary>A KlpKernel item has no tree, or another's name.</summary>
    public static readonly DiagnosticDescriptor KernelItemInvalid = Error("KLP0015", "a KlpKernel item has no tree, or another's name");

    /// <summary>Two kernels of a project have the same output folder.</summary>
    public static readonly DiagnosticDescriptor KernelsShareOutput = Error("KLP0016", "two kernels of the project have the same output");

    /// <summary>The build for one of a project's kernels failed.</summary>
    public static readonly DiagnosticDescriptor KernelFailed = Error("KLP0017", "the build for one of the project's kernels failed");

    /// <summary>A target of one kernel was asked of a project for several.</summary>
    public static readonly DiagnosticDescriptor TargetOfOneKernel = Error("KLP0018", "a target of one kernel in a project for several");

    /// <summary>--no-build was asked for, and there is no build.</summary>
    public static readonly DiagnosticDescriptor NotBuilt = Error("KLP0019", "nothing was built that could be taken");

    /// <summary>A program that kbuild calls is not there.</summary>
    public static readonly DiagnosticDescriptor HostProgramMissing = Error("KLP0020", "a program that kbuild calls is missing");

    /// <summary>A file of the kernel that is needed may be read by root only.</summary>
    public static readonly DiagnosticDescriptor KernelFileUnreadable = Error("KLP0021", "a file of the kernel may be read by root only");

    /// <summary>A program that kbuild calls is there and cannot run on this machine.</summary>
    public static readonly DiagnosticDescriptor HostProgramUnusable =
        Error("KLP0022", "a program that kbuild calls cannot run on this machine");

    /// <summary>The vmlinux that was named does not exist, or has nothing of the kernel.</summary>
    public static readonly DiagnosticDescriptor VmlinuxUnusable = Error("KLP0023", "the vmlinux that was named is of no use");

    /// <summary>A distribution's headers name files that are not there.</summary>
    public static readonly DiagnosticDescriptor HeadersIncomplete = Error("KLP0024", "a distribution's headers are not whole");

    /// <summary>dotnet test works in a mode in which livepatches cannot be tested.</summary>
    public static readonly DiagnosticDescriptor OtherTestMode =
        Warning("KLP0026", "dotnet test works in a mode in which livepatches are not tested");

    /// <summary>dotnet run was asked for a livepatch.</summary>
    public static readonly DiagnosticDescriptor NotRunnable = Error("KLP0027", "a livepatch cannot be run");

    /// <summary>The machine that builds does not run Linux.</summary>
    public static readonly DiagnosticDescriptor HostNotLinux = Error("KLP0030", "the machine that builds does not run Linux");

    /// <summary>The MSBuild that builds is older than the SDK's tasks.</summary>
    public static readonly DiagnosticDescriptor MSBuildTooOld = Error("KLP0031", "MSBuild is too old");
}
