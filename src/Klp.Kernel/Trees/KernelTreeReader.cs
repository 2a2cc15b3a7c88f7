using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Images;
using Klp.Kernel.SymbolTables;

namespace Klp.Kernel.Trees;

/// <summary>Checks, in the order in which a user would mend them, what a kernel tree needs to build livepatches for it.</summary>
internal sealed class KernelTreeReader(string path, string? vmlinux, DiagnosticBag diagnostics)
{
    internal const string UtsRelease = "include/generated/utsrelease.h";

    private readonly string directory = path.Length == 0 ? "" : Path.GetFullPath(path);

    internal KernelTree? Read()
    {
        if (directory.Length == 0)
            return Fail(TreeMessages.NotNamed());
        if (!Directory.Exists(directory))
            return Fail(TreeMessages.Missing(directory));
        if (!File.Exists(Inside(".config")))
            return FailNotConfigured();

        KernelConfig config = KernelConfig.Read(Inside(".config"));
        KernelArchitecture? architecture = KernelArchitecture.For(config);
        if (architecture is null)
            return Fail(TreeMessages.ArchitectureUnsupported(directory));

        if (ReadRelease() is not { } release)
            return FailNotBuilt(UtsRelease, config, architecture);
        if (!KernelVersion.TryParse(release, out KernelVersion version))
            return Fail(TreeMessages.ReleaseMalformed(Inside(UtsRelease), release));
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
                ? Fail(TreeMessages.KernelNotInstalled(directory, release))
                : FailNotBuilt("vmlinux", config, architecture);
        }

        if (named is { HasSymbols: false, IsStripped: false }
            && VmlinuxIdentity.Compare(named, files, architecture.ByteOrder) is { } mismatch)
        {
            return Fail(TreeMessages.VmlinuxOfOtherBuild(named.Path, mismatch.Own, mismatch.OtherPath, mismatch.Other));
        }

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
            Fail(TreeMessages.VmlinuxMissing(file));
            return null;
        }

        VmlinuxContents contents = VmlinuxContents.Of(file);
        if (contents.IsUnreadable)
            Fail(TreeMessages.Unreadable(file));
        else if (!contents.IsOfUse)
            Fail(TreeMessages.VmlinuxUnusable(file, contents.InsteadOfSymbols, release));
        else if (finder.IsForeign(contents))
            Fail(TreeMessages.VmlinuxForeign(file, finder.ForeignText(contents)));
        else if (KernelBanner.ReadRelease(contents) is { } other && other != release)
            Fail(TreeMessages.VmlinuxOfRelease(file, other, release));
        else
            return contents;
        return null;
    }

    // What uname -r will print. include/config/kernel.release differs from it in Debian's headers packages.
    private string? ReadRelease() =>
        File.Exists(Inside(UtsRelease)) ? File.ReadAllText(Inside(UtsRelease)).Split('"').ElementAtOrDefault(1) : null;

    // A kernel below the mainline version may still livepatch: vendors carry the support. Its configuration tells.
    private bool CanLivepatch(KernelConfig config, KernelArchitecture architecture, KernelVersion version)
    {
        if (config.IsEnabled("LIVEPATCH"))
            return true;
        if (version < architecture.FirstLivepatch)
            Fail(TreeMessages.TooOld(directory, version.ToString(), architecture.ToString(), architecture.FirstLivepatch.ToString()));
        else
            Fail(TreeMessages.LivepatchDisabled(directory, Inside(".config")));
        return false;
    }

    private KernelTree? FailNotConfigured()
    {
        bool isSource = File.Exists(Inside("Kconfig")) && File.Exists(Inside("Makefile"));
        return Fail(isSource ? TreeMessages.NotConfigured(directory) : TreeMessages.NoTree(directory));
    }

    // It has the scripts that build modules, but neither sources nor what building leaves behind.
    private bool IsHeadersPackage() =>
        !File.Exists(Inside("modules.order")) && !Directory.Exists(Inside("source")) && !File.Exists(Inside("init/main.c"));

    private KernelTree? FailNotBuilt(string missing, KernelConfig config, KernelArchitecture architecture) =>
        Fail(TreeMessages.NotBuilt(directory, missing, KernelMake.Command(directory, config, architecture, "vmlinux modules")));

    private KernelTree? Fail(Diagnostic problem)
    {
        diagnostics.Add(problem);
        return null;
    }

    private string Inside(string relative) => Path.Combine(directory, relative);
}
