namespace Klp.Boot;

/// <summary>A built kernel tree, as far as booting it goes.</summary>
public sealed class KernelUnderTest
{
    private readonly Lazy<ILookup<string, string>> _modules;

    private KernelUnderTest(string tree, QemuMachine machine, string image, string release, string crossCompile)
    {
        Tree = tree;
        Machine = machine;
        Image = image;
        Release = release;
        CrossCompile = crossCompile;
        _modules = new Lazy<ILookup<string, string>>(FindModules);
    }

    /// <summary>Absolute path of the build directory.</summary>
    public string Tree { get; }

    /// <summary>The machine it boots on.</summary>
    public QemuMachine Machine { get; }

    /// <summary>Path of the image that QEMU boots.</summary>
    public string Image { get; }

    /// <summary>Its release, as uname -r says it.</summary>
    public string Release { get; }

    /// <summary>Prefix of the compiler for programs of the guest; empty is this machine's own.</summary>
    public string CrossCompile { get; }

    /// <summary>Looks at a kernel tree.</summary>
    /// <param name="tree">Its build directory.</param>
    /// <param name="image">The image to boot where it is not in the tree: a distribution's /boot/vmlinuz.</param>
    /// <param name="crossCompile">Compiler prefix; null for the usual one of the architecture.</param>
    /// <exception cref="BootSetupException">It is no tree of a kernel that is built and can be booted here.</exception>
    public static KernelUnderTest Open(string tree, string? image = null, string? crossCompile = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(tree);
        tree = Path.GetFullPath(tree);
        string config = Path.Combine(tree, ".config");
        if (!File.Exists(config))
        {
            throw new BootSetupException(BootSetupProblem.NotAKernelTree,
                $"'{tree}' is not the build directory of a configured kernel: it has no .config.",
                "Name the directory in which the kernel was built (make's O=).");
        }

        var options = File.ReadLines(config).ToHashSet(StringComparer.Ordinal);
        QemuMachine machine = QemuMachine.All.FirstOrDefault(row => options.Contains(row.ConfigOption + "=y")) ??
            throw new BootSetupException(BootSetupProblem.UnsupportedArchitecture,
                $"The kernel in '{tree}' is of an architecture that cannot be booted here.",
                $"Those that can: {string.Join(", ", QemuMachine.All.Select(row => row.Architecture))}.");

        image = Path.GetFullPath(image ?? machine.Image, tree);
        string release = Path.Combine(tree, "include/config/kernel.release");
        foreach (string needed in (string[])[image, release])
        {
            if (!File.Exists(needed))
            {
                throw new BootSetupException(BootSetupProblem.KernelNotBuilt,
                    $"The kernel in '{tree}' is not built: there is no '{needed}'.",
                    $"Build it: make -C {tree} {Path.GetFileName(machine.Image)} modules.");
            }
        }
        return new KernelUnderTest(tree, machine, image, File.ReadAllText(release).Trim(),
            crossCompile ?? (machine.IsHost ? "" : machine.CrossCompile));
    }

    /// <summary>Finds a module of the tree.</summary>
    /// <param name="name">Its name; '-' and '_' are the same, as they are to modprobe.</param>
    /// <returns>Path of its .ko, or null if the tree has none of that name.</returns>
    public string? FindModule(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _modules.Value[Normalise(name)].FirstOrDefault();
    }

    /// <summary>A module's name as the running kernel has it.</summary>
    internal static string Normalise(string name) => name.Replace('-', '_');

    /// <summary>The modules by name: those of modules.order that are built, without it all that are.</summary>
    private ILookup<string, string> FindModules()
    {
        string order = Path.Combine(Tree, "modules.order");
        IEnumerable<string> files = File.Exists(order)
            ? File.ReadLines(order).Select(line => Path.Combine(Tree, Path.ChangeExtension(line, ".ko"))).Where(File.Exists)
            : Directory.EnumerateFiles(Tree, "*.ko", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        return files.ToLookup(file => Normalise(Path.GetFileNameWithoutExtension(file)), StringComparer.Ordinal);
    }
}
