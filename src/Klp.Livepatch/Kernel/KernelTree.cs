using Klp.Livepatch.Diagnostics;

namespace Klp.Livepatch.Kernel;

/// <summary>
/// A configured and built kernel: a source tree it was built in, or the build directory of an out-of-tree build (<c>O=</c>).
/// Nothing is ever written to it.
/// </summary>
public sealed class KernelTree
{
    internal KernelTree(string buildDirectory, string release, KernelVersion version, KernelArchitecture architecture, KernelConfig config)
    {
        BuildDirectory = buildDirectory;
        Release = release;
        Version = version;
        Architecture = architecture;
        Config = config;
    }

    /// <summary>The directory with <c>.config</c> and vmlinux, as an absolute path.</summary>
    public string BuildDirectory { get; }

    /// <summary>The release, as <c>uname -r</c> prints it: the contents of include/config/kernel.release.</summary>
    public string Release { get; }

    /// <summary>The version at the start of <see cref="Release"/>.</summary>
    public KernelVersion Version { get; }

    /// <summary>What the kernel is configured for.</summary>
    public KernelArchitecture Architecture { get; }

    /// <summary>The kernel's <c>.config</c>.</summary>
    public KernelConfig Config { get; }

    /// <summary>The configuration file.</summary>
    public string ConfigPath => Path.Combine(BuildDirectory, ".config");

    /// <summary>The linked kernel with its symbols.</summary>
    public string VmlinuxPath => Path.Combine(BuildDirectory, "vmlinux");

    /// <summary>The list of exported symbols, which kbuild writes (Documentation/kbuild/modules.rst).</summary>
    public string ModuleSymversPath => Path.Combine(BuildDirectory, "Module.symvers");

    /// <summary>kbuild's list of the modules it built, in the order of the Makefiles.</summary>
    public string ModulesOrderPath => Path.Combine(BuildDirectory, "modules.order");

    /// <summary>The modules of the tree (<c>.ko</c>), in the order of modules.order.</summary>
    public required IReadOnlyList<string> ModulePaths { get; init; }

    /// <summary>Every file that the symbol database is made from.</summary>
    public IEnumerable<string> DatabaseInputs
    {
        get
        {
            IEnumerable<string> tables = [VmlinuxPath, ModuleSymversPath, ModulesOrderPath];
            return tables.Where(File.Exists).Concat(ModulePaths);
        }
    }

    /// <summary>Opens a kernel tree and checks that livepatches can be built for it.</summary>
    /// <param name="path">The build directory.</param>
    /// <param name="diagnostics">Receives one error that says what is missing and how to get it.</param>
    /// <returns>The tree, or null after an error.</returns>
    /// <exception cref="IOException">A file of the tree cannot be read.</exception>
    public static KernelTree? Open(string path, DiagnosticBag diagnostics) => new KernelTreeReader(path, diagnostics).Read();

    /// <summary>The module of the tree with a run-time name, or null.</summary>
    /// <param name="objectName">The name as the kernel knows it: <c>dm_mod</c> for dm-mod.ko.</param>
    public string? FindModule(string objectName) => ModulePaths.FirstOrDefault(path => ModuleName.FromPath(path) == objectName);
}
