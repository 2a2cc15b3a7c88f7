using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Files;
using Klp.Kernel.Images;
using Klp.Kernel.SymbolTables;

namespace Klp.Kernel.Trees;

/// <summary>Checks, in the order in which a user would mend them, what a kernel tree needs to build livepatches for it.</summary>
internal sealed class KernelTreeReader(string path, string? vmlinux, DiagnosticBag diagnostics)
{
    private const string HowToName = "Set the property KlpKernelTree, the environment variable KLP_KERNEL_TREE, or klp's option --kernel";
    private const string UtsRelease = "include/generated/utsrelease.h";
    private const string Named = "It is named by KlpVmlinux or by klp's option --vmlinux.";

    private readonly string directory = path.Length == 0 ? "" : Path.GetFullPath(path);

    internal KernelTree? Read()
    {
        if (directory.Length == 0)
            return Fail(DiagnosticCodes.NoKernelTree, $"No kernel tree is named. {HowToName}, to the directory in which the kernel to patch was built (the one with its .config and vmlinux).");
        if (!Directory.Exists(directory))
            return Fail(DiagnosticCodes.KernelTreeMissing, $"The kernel tree {directory} does not exist. {HowToName}, to the directory in which the kernel was built.");
        if (!File.Exists(Inside(".config")))
            return FailNotConfigured();

        KernelConfig config = KernelConfig.Read(Inside(".config"));
        KernelArchitecture? architecture = KernelArchitecture.For(config);
        if (architecture is null)
            return Fail(DiagnosticCodes.ArchitectureUnsupported, $"The kernel in {directory} is configured for an architecture that Linux cannot livepatch. It can livepatch {string.Join(", ", KernelArchitecture.All)}.");

        if (ReadRelease() is not { } release)
            return FailNotBuilt(UtsRelease, config, architecture);
        if (!KernelVersion.TryParse(release, out KernelVersion version))
            return Fail(DiagnosticCodes.KernelTreeNotBuilt, $"{Inside(UtsRelease)} holds \"{release}\", which is not a kernel release. Build the kernel anew.");
        if (!CanLivepatch(config, architecture, version))
            return null;

        if (!File.Exists(Inside("Module.symvers")))
            return FailNotBuilt("Module.symvers", config, architecture);
        KernelFileFinder finder = new(directory, release, architecture);
        VmlinuxContents? named = null;
        if (vmlinux is not null && (named = ReadNamed(Path.GetFullPath(vmlinux), release, finder)) is null)
            return null;
        if (finder.Find(named) is not { } files)
        {
            return IsHeadersPackage()
                ? Fail(DiagnosticCodes.KernelTreeNotBuilt, $"{directory} has the headers of the kernel {release}, but the kernel itself is not installed beside them. Install its package (linux-image-{release} on Debian), or its debug package.")
                : FailNotBuilt("vmlinux", config, architecture);
        }

        if (named is { HasSymbols: false, IsStripped: false } && VmlinuxIdentity.Compare(named, files, architecture.ByteOrder) is { } mismatch)
            return Fail(DiagnosticCodes.KernelFileForeign, $"The file is of the kernel with the build id {mismatch.Own}, and {mismatch.OtherPath} of the kernel tree has {mismatch.Other}. {Named} Name the vmlinux of this kernel.", named.Path);
        return new KernelTree(directory, release, version, architecture, config)
        {
            Sources = files.Sources,
            InstalledImagePath = files.InstalledImagePath,
            NamedVmlinuxPath = named?.Path,
            BtfPath = files.BtfPath,
            DwarfPath = files.DwarfPath,
        };
    }

    // What the user named has to be of this kernel, and of use.
    private VmlinuxContents? ReadNamed(string file, string release, KernelFileFinder finder)
    {
        if (!File.Exists(file))
        {
            Fail(DiagnosticCodes.VmlinuxUnusable, $"The kernel's vmlinux {file} does not exist. {Named} Correct that, or leave it out.");
            return null;
        }

        VmlinuxContents contents = VmlinuxContents.Of(file);
        if (contents.IsUnreadable)
            Fail(DiagnosticCodes.KernelFileUnreadable, UnreadableFile.Describe(file), file);
        else if (!contents.IsOfUse)
            Fail(DiagnosticCodes.VmlinuxUnusable, $"The file {contents.InsteadOfSymbols}, so nothing of the kernel can be read from it. {Named} Name the vmlinux of the kernel {release}, as its build or its debug package has it.", file);
        else if (finder.IsForeign(contents))
            Fail(DiagnosticCodes.KernelFileForeign, $"{finder.ForeignText(contents)} {Named} Name the vmlinux of this kernel.", file);
        else if (KernelBanner.ReadRelease(contents) is { } other && other != release)
            Fail(DiagnosticCodes.KernelFileForeign, $"The file is the kernel {other}, and the kernel tree is of {release}. {Named} Name the vmlinux of this kernel.", file);
        else
            return contents;
        return null;
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
            Fail(DiagnosticCodes.LivepatchDisabled, $"The kernel in {directory} is configured without CONFIG_LIVEPATCH, so it loads no livepatch. Enable it (it needs CONFIG_KALLSYMS_ALL, CONFIG_FUNCTION_TRACER and CONFIG_DYNAMIC_FTRACE), for example with \"scripts/config --file {Inside(".config")} -e DEBUG_KERNEL -e KALLSYMS_ALL -e FTRACE -e FUNCTION_TRACER -e LIVEPATCH -d TRIM_UNUSED_KSYMS\" and make olddefconfig, and build the kernel.", Inside(".config"));
        return false;
    }

    private KernelTree? FailNotConfigured()
    {
        bool isSource = File.Exists(Inside("Kconfig")) && File.Exists(Inside("Makefile"));
        return Fail(DiagnosticCodes.KernelTreeNotConfigured, isSource
            ? $"The kernel tree {directory} is not configured: it has no .config. Configure and build it, or, if it was built with O=, name that directory. {HowToName}."
            : $"{directory} is not a kernel tree: it has neither .config nor Kconfig. {HowToName}, to the directory in which the kernel was built.");
    }

    // It has the scripts that build modules, but neither sources nor what building leaves behind.
    private bool IsHeadersPackage() => !File.Exists(Inside("modules.order")) && !File.Exists(Inside("source")) && !File.Exists(Inside("init/main.c"));

    private KernelTree? FailNotBuilt(string missing, KernelConfig config, KernelArchitecture architecture)
    {
        string compiler = config.IsEnabled("CC_IS_CLANG") ? " LLVM=1" : architecture.IsHost ? "" : $" CROSS_COMPILE={architecture.DefaultCrossCompile}";
        return Fail(DiagnosticCodes.KernelTreeNotBuilt, $"The kernel tree {directory} is configured but not built: {missing} is missing. Build the kernel and its modules: make -C {directory} ARCH={architecture.KbuildName}{compiler} -j$(nproc) vmlinux modules");
    }

    private KernelTree? Fail(string code, string message, string? file = null)
    {
        diagnostics.AddError(code, message, file is null ? null : new SourcePlace(file));
        return null;
    }

    private string Inside(string relative) => Path.Combine(directory, relative);
}
