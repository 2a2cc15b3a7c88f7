using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Files;

namespace Klp.Kernel.Trees;

/// <summary>What there is to say of a kernel tree that cannot be used.</summary>
internal static class TreeMessages
{
    private static readonly string HowToName = $"Set {HostWord.Tree} or the environment variable KLP_KERNEL_TREE";
    private static readonly string Named = $"It is named by {HostWord.Vmlinux}.";

    internal static Diagnostic NotNamed() => DiagnosticCodes.NoKernelTree.At(null,
        $"No kernel tree is named. {HowToName}, to the directory in which the kernel to patch was built (the one with its .config "
        + "and vmlinux).");

    internal static Diagnostic Missing(string directory) => DiagnosticCodes.KernelTreeMissing.At(null,
        $"The kernel tree {directory} does not exist. {HowToName}, to the directory in which the kernel was built.");

    internal static Diagnostic NotConfigured(string directory) => DiagnosticCodes.KernelTreeNotConfigured.At(null,
        $"The kernel tree {directory} is not configured: it has no .config. Configure and build it, or, if it was built with O=, "
        + $"name that directory. {HowToName}.");

    internal static Diagnostic NoTree(string directory) => DiagnosticCodes.KernelTreeNotConfigured.At(null,
        $"{directory} is not a kernel tree: it has neither .config nor Kconfig. {HowToName}, to the directory in which the kernel "
        + "was built.");

    /// <summary>Says what is missing of a tree, and how to build it.</summary>
    /// <param name="directory">The tree.</param>
    /// <param name="missing">The file that is missing.</param>
    /// <param name="command">The command that builds it.</param>
    internal static Diagnostic NotBuilt(string directory, string missing, string command) =>
        DiagnosticCodes.KernelTreeNotBuilt.At(null,
            $"The kernel tree {directory} is configured but not built: {missing} is missing. Build the kernel and its modules: {command}");

    internal static Diagnostic KernelNotInstalled(string directory, string release) => DiagnosticCodes.KernelTreeNotBuilt.At(null,
        $"{directory} has the headers of the kernel {release}, but the kernel itself is not installed beside them. Install its "
        + $"package (linux-image-{release} on Debian), or its debug package.");

    internal static Diagnostic ReleaseMalformed(string file, string release) => DiagnosticCodes.KernelTreeNotBuilt.At(null,
        $"{file} holds \"{release}\", which is not a kernel release. Build the kernel anew.");

    internal static Diagnostic ArchitectureUnsupported(string directory) => DiagnosticCodes.ArchitectureUnsupported.At(null,
        $"The kernel in {directory} is configured for an architecture that Linux cannot livepatch. It can livepatch "
        + $"{string.Join(", ", KernelArchitecture.All)}.");

    internal static Diagnostic TooOld(string directory, string version, string architecture, string first) =>
        DiagnosticCodes.KernelTooOld.At(null,
            $"The kernel in {directory} is {version}; {architecture} kernels can livepatch since {first}. Use a newer kernel, or one "
            + "whose vendor added livepatch (CONFIG_LIVEPATCH=y).");

    internal static Diagnostic LivepatchDisabled(string directory, string config) => DiagnosticCodes.LivepatchDisabled.At(
        new SourcePlace(config),
        $"The kernel in {directory} is configured without CONFIG_LIVEPATCH, so it loads no livepatch. Enable it (it needs "
        + "CONFIG_KALLSYMS_ALL, CONFIG_FUNCTION_TRACER and CONFIG_DYNAMIC_FTRACE), for example with \"scripts/config "
        + $"--file {config} -e DEBUG_KERNEL -e KALLSYMS_ALL -e FTRACE -e FUNCTION_TRACER -e LIVEPATCH -d TRIM_UNUSED_KSYMS\" and "
        + "make olddefconfig, and build the kernel.");

    internal static Diagnostic VmlinuxMissing(string file) => DiagnosticCodes.VmlinuxUnusable.At(null,
        $"The kernel's vmlinux {file} does not exist. {Named} Correct that, or leave it out.");

    internal static Diagnostic VmlinuxUnusable(string file, string what, string release) => DiagnosticCodes.VmlinuxUnusable.At(
        new SourcePlace(file),
        $"The file {what}, so nothing of the kernel can be read from it. {Named} Name the vmlinux of the kernel {release}, as its "
        + "build or its debug package has it.");

    internal static Diagnostic VmlinuxForeign(string file, string foreign) => DiagnosticCodes.KernelFileForeign.At(
        new SourcePlace(file), $"{foreign} {Named} Name the vmlinux of this kernel.");

    internal static Diagnostic VmlinuxOfRelease(string file, string release, string treeRelease) => VmlinuxForeign(
        file, $"The file is the kernel {release}, and the kernel tree is of {treeRelease}.");

    internal static Diagnostic VmlinuxOfOtherBuild(string file, string id, string otherFile, string otherId) => VmlinuxForeign(
        file, $"The file is of the kernel with the build id {id}, and {otherFile} of the kernel tree has {otherId}.");

    internal static Diagnostic Unreadable(string file) => DiagnosticCodes.KernelFileUnreadable.At(
        new SourcePlace(file), UnreadableFile.Describe(file));
}
