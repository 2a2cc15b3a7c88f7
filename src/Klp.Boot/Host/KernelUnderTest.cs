using Klp.Kernel.Facts;
using Klp.Kernel.Files;
using Klp.Kernel.Trees;

namespace Klp.Boot.Host;

/// <summary>
/// A kernel that can be booted here: a tree that was built, or a distribution's headers with the kernel and modules that
/// its packages install beside them.
/// </summary>
public sealed class KernelUnderTest
{
    private KernelUnderTest(KernelTree tree, QemuMachine machine, string image, string crossCompile)
    {
        Tree = tree;
        Machine = machine;
        Image = image;
        CrossCompile = crossCompile;
    }

    /// <summary>The kernel as livepatches are built for it.</summary>
    public KernelTree Tree { get; }

    /// <summary>The machine it boots on.</summary>
    public QemuMachine Machine { get; }

    /// <summary>Absolute path of the image that QEMU boots.</summary>
    public string Image { get; }

    /// <summary>Its release, as uname -r says it.</summary>
    public string Release => Tree.Release;

    /// <summary>Prefix of the compiler for programs of the guest; empty is this machine's own.</summary>
    public string CrossCompile { get; }

    /// <summary>Finds what it takes to boot a kernel.</summary>
    /// <param name="tree">The kernel.</param>
    /// <param name="image">The image to boot; null for the one of the tree, or the vmlinuz of a distribution's kernel.</param>
    /// <param name="crossCompile">Compiler prefix; null for the usual one of the architecture.</param>
    /// <exception cref="BootSetupException">There is no machine for its architecture, or it has no image.</exception>
    public static KernelUnderTest For(KernelTree tree, string? image = null, string? crossCompile = null)
    {
        ArgumentNullException.ThrowIfNull(tree);
        QemuMachine machine = QemuMachine.All.FirstOrDefault(row => row.Architecture == tree.Architecture) ??
            throw new BootSetupException(BootSetupProblem.UnsupportedArchitecture,
                $"The kernel in '{tree.BuildDirectory}' is for {tree.Architecture}, for which there is no machine to boot it on.",
                $"Those that can be booted: {string.Join(", ", QemuMachine.All.Select(row => row.Architecture))}.");

        string built = Path.Combine(tree.BuildDirectory, machine.Image);
        image = Path.GetFullPath(image ?? (File.Exists(built) ? built : tree.InstalledImagePath) ?? built);
        if (!File.Exists(image))
        {
            string command = KernelMake.Command(tree.BuildDirectory, $"{Path.GetFileName(machine.Image)} modules");
            throw new BootSetupException(BootSetupProblem.KernelNotBuilt,
                $"The kernel in '{tree.BuildDirectory}' cannot be booted: there is no '{image}'.",
                $"Build it: {command}; or install the distribution's package linux-image-{tree.Release}.");
        }
        if (UnreadableFile.Is(image))
            throw new BootSetupException(BootSetupProblem.KernelUnreadable, UnreadableFile.Describe(image), "");
        return new KernelUnderTest(tree, machine, image, crossCompile ?? (machine.IsHost ? "" : tree.Architecture.DefaultCrossCompile));
    }

    /// <summary>Finds a module of the kernel.</summary>
    /// <param name="name">Its name; '-' and '_' are the same, as they are to modprobe.</param>
    /// <returns>Path of its .ko, perhaps compressed (.ko.xz), or null if there is none of that name.</returns>
    public string? FindModule(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Tree.FindModule(ModuleName.FromPath(name));
    }
}
