using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Modules;
using Klp.Kernel.SymbolTables;

namespace Klp.Kernel.Trees;

/// <summary>
/// A configured and built kernel: a source tree it was built in, the build directory of an out-of-tree build (<c>O=</c>),
/// or a distribution's headers package, whose kernel and modules are installed beside it.
/// Nothing is ever written to it.
/// </summary>
public sealed class KernelTree
{
    private readonly Lazy<KernelImageSymbols?> imageSymbols;
    private readonly Lazy<VmlinuxFile?> vmlinux;
    private readonly ConcurrentDictionary<string, ElfImage> kernelFiles;
    private readonly ConcurrentDictionary<string, ModuleFile> moduleFiles = new(StringComparer.Ordinal);
    private readonly Lazy<ReferenceModule?> reference;
    private readonly Lazy<Dictionary<string, string>> modules;

    internal KernelTree(string buildDirectory, string release, KernelVersion version, KernelArchitecture architecture, KernelConfig config)
    {
        BuildDirectory = buildDirectory;
        Release = release;
        Version = version;
        Architecture = architecture;
        Config = config;
        imageSymbols = new Lazy<KernelImageSymbols?>(ReadImageSymbols);
        vmlinux = new Lazy<VmlinuxFile?>(() => VmlinuxPath is { } path ? VmlinuxFile.Open(path, IgnoredSuffix) : null);
        kernelFiles = new ConcurrentDictionary<string, ElfImage>(StringComparer.Ordinal);
        reference = new Lazy<ReferenceModule?>(() => ReferenceModule.Read(this));
        DebugInfo = new KernelDebugInfo(this);
        modules = IndexModules();
    }

    // The same kernel, whose files are opened once for both, with external modules.
    [SetsRequiredMembers]
    private KernelTree(KernelTree tree, IReadOnlyList<string> external)
    {
        BuildDirectory = tree.BuildDirectory;
        Release = tree.Release;
        Version = tree.Version;
        Architecture = tree.Architecture;
        Config = tree.Config;
        InstalledImagePath = tree.InstalledImagePath;
        NamedVmlinuxPath = tree.NamedVmlinuxPath;
        BtfPath = tree.BtfPath;
        DwarfPath = tree.DwarfPath;
        HashSet<string> names = [.. external.Select(ModuleName.FromPath)];
        Sources = tree.Sources with
        {
            ModulePaths = [.. tree.ModulePaths.Where(path => !names.Contains(ModuleName.FromPath(path))), .. external],
        };
        ExternalModules = external;
        imageSymbols = tree.imageSymbols;
        vmlinux = tree.vmlinux;
        kernelFiles = tree.kernelFiles;
        reference = tree.reference;
        DebugInfo = new KernelDebugInfo(this, tree.DebugInfo);
        modules = IndexModules();
    }

    /// <summary>The directory with <c>.config</c> and Module.symvers, as an absolute path.</summary>
    public string BuildDirectory { get; }

    /// <summary>The release, as <c>uname -r</c> prints it: UTS_RELEASE of include/generated/utsrelease.h.</summary>
    public string Release { get; }

    /// <summary>The version at the start of <see cref="Release"/>.</summary>
    public KernelVersion Version { get; }

    /// <summary>What the kernel is configured for.</summary>
    public KernelArchitecture Architecture { get; }

    /// <summary>The kernel's <c>.config</c>.</summary>
    public KernelConfig Config { get; }

    /// <summary>The configuration file.</summary>
    public string ConfigPath => Path.Combine(BuildDirectory, ".config");

    /// <summary>What the symbol database is made from: vmlinux, or what a distribution installs in its place, and the modules.</summary>
    public required SymbolSources Sources { get; init; }

    /// <summary>The folder in which the packages of a distribution's kernel are: <c>/</c>, or where they were unpacked.</summary>
    public string InstallationRoot => KernelRoot.Of(BuildDirectory);

    /// <summary>
    /// The image that the distribution boots, which may be the <see cref="VmlinuxPath"/> too; null where none is installed.
    /// </summary>
    public string? InstalledImagePath { get; init; }

    /// <summary>A vmlinux that the user named, or null.</summary>
    public string? NamedVmlinuxPath { get; init; }

    /// <summary>A file with the kernel's BTF: an ELF file, or nothing but BTF; null where only the image can have it.</summary>
    internal string? BtfPath { get; init; }

    /// <summary>An ELF file with the kernel's DWARF, or null.</summary>
    internal string? DwarfPath { get; init; }

    /// <summary>vmlinux with its symbols, opened once; null where there is none.</summary>
    /// <exception cref="ElfFormatException">It is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public VmlinuxFile? Vmlinux => vmlinux.Value;

    /// <summary>
    /// A file of the kernel, opened once and kept for all who use the tree: <see cref="Vmlinux"/>, or one that serves its types
    /// or debug information.
    /// </summary>
    /// <exception cref="ElfFormatException">It is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal ElfImage OpenKernelFile(string path) => path == VmlinuxPath ? Vmlinux!.Image : kernelFiles.GetOrAdd(path, ElfImage.Open);

    /// <summary>The linked kernel with its symbols, or null where a distribution keeps it to itself.</summary>
    public string? VmlinuxPath => Sources.VmlinuxPath;

    /// <summary>The list of exported symbols, which kbuild writes (Documentation/kbuild/modules.rst).</summary>
    public string ModuleSymversPath => Path.Combine(BuildDirectory, "Module.symvers");

    /// <summary>The modules of the kernel (.ko, or .ko.gz, .ko.xz, .ko.zst), in the order of modules.order.</summary>
    public IReadOnlyList<string> ModulePaths => Sources.ModulePaths;

    /// <summary>Every file that the symbol database is made from.</summary>
    public IEnumerable<string> DatabaseInputs => Sources.Files;

    /// <summary>Opens a kernel tree and checks that livepatches can be built for it.</summary>
    /// <param name="path">The build directory.</param>
    /// <param name="diagnostics">Receives one error that says what is missing and how to get it.</param>
    /// <param name="vmlinux">A vmlinux that goes before those of the tree and of the installed packages, or null.</param>
    /// <returns>The tree, or null after an error.</returns>
    /// <exception cref="IOException">A file of the tree cannot be read.</exception>
    public static KernelTree? Open(string path, DiagnosticBag diagnostics, string? vmlinux = null) =>
        new KernelTreeReader(path, vmlinux, diagnostics).Read();

    /// <summary>
    /// Modules that were built outside the tree, which a livepatch patches or uses; they are among <see cref="ModulePaths"/>.
    /// </summary>
    public IReadOnlyList<string> ExternalModules { get; private init; } = [];

    /// <summary>
    /// The tree together with modules that were built outside it. One that is named like a module of the tree takes its
    /// place, as it does in /lib/modules/&lt;release&gt;/updates.
    /// </summary>
    /// <param name="modules">Their files (.ko, or .ko.gz, .ko.xz, .ko.zst).</param>
    /// <param name="diagnostics">Receives an error for each that cannot be used with this kernel.</param>
    /// <returns>The tree, or null after an error.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public KernelTree? WithExternalModules(IReadOnlyList<string> modules, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(modules);
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (modules.Count == 0)
            return this;
        return new ExternalModuleReader(this, diagnostics).Read(modules) is { } external ? new KernelTree(this, external) : null;
    }

    /// <summary>What the kernel's own modules have in common, read once; null where it has no module.</summary>
    public ReferenceModule? Reference => reference.Value;

    /// <summary>
    /// The files that say what the kernel is: who keeps a tree compares their times. Which modules it has is not said by the
    /// modules, but by the list of them.
    /// </summary>
    public IEnumerable<string> Files => new[]
        {
            ConfigPath,
            Path.Combine(BuildDirectory, KernelTreeReader.UtsRelease),
            ModuleSymversPath,
            InstalledImagePath,
            BtfPath,
            DwarfPath,
        }.OfType<string>().Concat(DatabaseInputs);

    /// <summary>What the kernel and its modules export: Module.symvers, and of external modules their own export tables.</summary>
    /// <param name="diagnostics">Receives an error for what cannot be read.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public ModuleSymvers ReadExports(DiagnosticBag diagnostics)
    {
        ModuleSymvers exports = ModuleSymvers.Read(ModuleSymversPath, diagnostics);
        foreach (string module in ExternalModules)
            exports.AddModule(module, diagnostics);
        return exports;
    }

    /// <summary>What the image that boots tells of the kernel's symbols, where there is no vmlinux; else null.</summary>
    /// <exception cref="ElfFormatException">The image is damaged.</exception>
    /// <exception cref="IOException">The image cannot be read.</exception>
    internal KernelImageSymbols? ImageSymbols => imageSymbols.Value;

    /// <summary>The symbols of a name in vmlinux, or where there is none in the image that boots.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The symbols by position; empty when there are none, or when neither file tells.</returns>
    /// <exception cref="ElfFormatException">The file is damaged.</exception>
    /// <exception cref="InvalidDataException">The image is compressed in a way that is not known here.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IReadOnlyList<SymbolCandidate> FindInVmlinux(string name) =>
        Vmlinux is { } linked ? linked.Find(name) : ImageSymbols?.Find(name, IgnoredSuffix) ?? [];

    /// <summary>
    /// What begins the part of a name that this kernel leaves out as it looks for a symbol of vmlinux; null where it compares
    /// whole names.
    /// </summary>
    public string? IgnoredSuffix => Config.IsEnabled("LTO_CLANG") ? KernelDialect.For(Version).LtoSuffix : null;

    private Lazy<Dictionary<string, string>> IndexModules() =>
        new(() => ModulePaths.DistinctBy(ModuleName.FromPath).ToDictionary(ModuleName.FromPath));

    /// <summary>What debug information tells of the kernel.</summary>
    public KernelDebugInfo DebugInfo { get; }

    // One that only root may read, or of an unknown form, tells nothing; making the database says what to do about it.
    private KernelImageSymbols? ReadImageSymbols()
    {
        try
        {
            return VmlinuxPath is null && Sources.ImagePath is { } image ? KernelImageSymbols.Read(image, Architecture.ByteOrder) : null;
        }
        catch (Exception problem) when (problem is UnauthorizedAccessException or InvalidDataException or ElfFormatException)
        {
            return null;
        }
    }

    /// <summary>What a symbol database of vmlinux and some modules is made from.</summary>
    /// <param name="objectNames">The run-time names of the modules; what is none is passed over.</param>
    public SymbolSources SourcesOf(IEnumerable<string> objectNames)
    {
        ArgumentNullException.ThrowIfNull(objectNames);
        HashSet<string> wanted = [.. objectNames];
        return Sources with { ModulePaths = [.. ModulePaths.Where(path => wanted.Contains(ModuleName.FromPath(path)))] };
    }

    /// <summary>Says that a module is for another architecture than the kernel.</summary>
    public string WrongArchitecture(ElfMachine machine) =>
        $"The module is for {KernelArchitecture.For(machine)?.DisplayName ?? $"e_machine {(int)machine}"}, the kernel {Release} "
        + $"for {Architecture}. Build it for this kernel.";

    /// <summary>The module of the tree with a run-time name, or null.</summary>
    /// <param name="objectName">The name as the kernel knows it: <c>dm_mod</c> for dm-mod.ko.</param>
    public string? FindModule(string objectName) => modules.Value.GetValueOrDefault(objectName);

    /// <summary>The module of the tree with a run-time name, opened once and kept for all who use the tree, or null.</summary>
    /// <param name="objectName">The name as the kernel knows it: <c>dm_mod</c> for dm-mod.ko.</param>
    /// <exception cref="ElfFormatException">It is damaged, or has no symbol table.</exception>
    /// <exception cref="InvalidDataException">It is compressed, and damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public ModuleFile? OpenModule(string objectName) =>
        FindModule(objectName) is { } path ? moduleFiles.GetOrAdd(path, ModuleFile.Open) : null;
}
