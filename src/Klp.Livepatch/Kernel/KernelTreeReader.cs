using Klp.Livepatch.Diagnostics;

namespace Klp.Livepatch.Kernel;

/// <summary>Checks, in the order in which a user would mend them, what a kernel tree needs to build livepatches for it.</summary>
internal sealed class KernelTreeReader(string path, DiagnosticBag diagnostics)
{
    private const string UtsRelease = "include/generated/utsrelease.h";

    private readonly string directory = Path.GetFullPath(path);

    internal KernelTree? Read()
    {
        if (!Directory.Exists(directory))
            return Fail(DiagnosticCodes.KernelTreeMissing, $"The kernel tree {directory} does not exist. Set KlpKernelTree to the directory in which the kernel was built.");
        if (!File.Exists(Inside(".config")))
            return FailNotConfigured();

        KernelConfig config = KernelConfig.Read(Inside(".config"));
        KernelArchitecture? architecture = KernelArchitecture.For(config);
        if (architecture is null)
            return Fail(DiagnosticCodes.ArchitectureUnsupported, $"The kernel in {directory} is configured for an architecture that Linux cannot livepatch. It can livepatch {string.Join(", ", KernelArchitecture.All)}.");

        if (ReadRelease() is not { } release)
            return FailNotBuilt(UtsRelease, architecture);
        if (!KernelVersion.TryParse(release, out KernelVersion version))
            return Fail(DiagnosticCodes.KernelTreeNotBuilt, $"{Inside(UtsRelease)} holds \"{release}\", which is not a kernel release. Build the kernel anew.");
        if (!CanLivepatch(config, architecture, version))
            return null;

        if (!File.Exists(Inside("Module.symvers")))
            return FailNotBuilt("Module.symvers", architecture);
        if (new KernelFiles(directory, release, architecture).Find() is not { } sources)
            return FailNotBuilt("vmlinux", architecture);
        return new KernelTree(directory, release, version, architecture, config) { Sources = sources };
    }

    // What uname -r will print. include/config/kernel.release differs from it in Debian's headers packages.
    private string? ReadRelease() => File.Exists(Inside(UtsRelease)) ? File.ReadAllText(Inside(UtsRelease)).Split('"').ElementAtOrDefault(1) : null;

    // A kernel below the mainline version may still livepatch: vendors carry the support. Its configuration tells.
    private bool CanLivepatch(KernelConfig config, KernelArchitecture architecture, KernelVersion version)
    {
        if (config.IsEnabled("LIVEPATCH"))
            return true;
        if (version < architecture.FirstLivepatch)
            Fail(DiagnosticCodes.KernelTooOld, $"The kernel in {directory} is {version}; {architecture} kernels can livepatch since {architecture.FirstLivepatch}. Use a newer kernel, or one whose vendor added livepatch (CONFIG_LIVEPATCH=y).");
        else
            Fail(DiagnosticCodes.LivepatchDisabled, $"The kernel in {directory} is configured without CONFIG_LIVEPATCH, so it loads no livepatch. Enable it (it needs CONFIG_KALLSYMS_ALL, CONFIG_FUNCTION_TRACER and CONFIG_DYNAMIC_FTRACE), for example with \"scripts/config -e DEBUG_KERNEL -e KALLSYMS_ALL -e FTRACE -e FUNCTION_TRACER -e LIVEPATCH\", and build the kernel.", Inside(".config"));
        return false;
    }

    private KernelTree? FailNotConfigured()
    {
        bool isSource = File.Exists(Inside("Kconfig")) && File.Exists(Inside("Makefile"));
        return Fail(DiagnosticCodes.KernelTreeNotConfigured, isSource
            ? $"The kernel tree {directory} is not configured: it has no .config. Configure and build it, or, if it was built with O=, set KlpKernelTree to that directory."
            : $"{directory} is not a kernel tree: it has neither .config nor Kconfig. Set KlpKernelTree to the directory in which the kernel was built.");
    }

    private KernelTree? FailNotBuilt(string missing, KernelArchitecture architecture) =>
        Fail(DiagnosticCodes.KernelTreeNotBuilt, $"The kernel tree {directory} is configured but not built: {missing} is missing. Build the kernel and its modules: make -C {directory} ARCH={architecture.KbuildName} CROSS_COMPILE={architecture.DefaultCrossCompile} -j$(nproc) vmlinux modules");

    private KernelTree? Fail(string code, string message, string? file = null)
    {
        diagnostics.AddError(code, message, file is null ? null : new SourcePlace(file));
        return null;
    }

    private string Inside(string relative) => Path.Combine(directory, relative);
}
