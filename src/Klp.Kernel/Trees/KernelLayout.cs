namespace Klp.Kernel.Trees;

/// <summary>
/// Where a distribution keeps the files of a kernel, as data: a row a layout. Paths start from the folder that the packages are
/// installed in (<c>/</c>, or where somebody unpacked them); <c>{R}</c> is the release. Of one kind of file the rows are tried
/// from the first to the last, and the paths of a row likewise: the first file that holds what is wanted serves.
/// </summary>
internal sealed record KernelLayout
{
    /// <summary>Every layout, in the order in which they are tried.</summary>
    internal static IReadOnlyList<KernelLayout> All { get; } =
    [
        new("Debian to 7.2, Ubuntu, SUSE: the kernel in /boot, named by its release")
        {
            // Debian's and Ubuntu's debug packages; SUSE's are split from the kernel and end in .debug.
            Vmlinux = ["usr/lib/debug/boot/vmlinux-{R}", "usr/lib/debug/boot/vmlinux-{R}.debug"],
            // Image and image are SUSE's on arm64 and s390x; on ppc64le everybody's kernel is a vmlinux.
            Images = ["boot/vmlinuz-{R}", "boot/vmlinux-{R}", "boot/Image-{R}", "boot/image-{R}"],
            // SUSE's: the same kernel as an ELF file, which no boot loader loads.
            PackedVmlinux = ["boot/vmlinux-{R}.gz", "boot/vmlinux-{R}.xz", "boot/vmlinux-{R}.zst"],
            SystemMap = "boot/System.map-{R}",
        },
        new("Debian since 7.3, Fedora, RHEL, Arch, newer SUSE: the kernel beside its modules")
        {
            Vmlinux =
            [
                "usr/lib/debug/lib/modules/{R}/vmlinux", "usr/lib/debug/usr/lib/modules/{R}/vmlinux",
                "usr/lib/debug/lib/modules/{R}/vmlinux.debug", "usr/lib/debug/usr/lib/modules/{R}/vmlinux.debug",
            ],
            Images = ["{M}/vmlinuz", "{M}/vmlinux", "{M}/Image", "{M}/image"],
            PackedVmlinux = ["{M}/vmlinux.gz", "{M}/vmlinux.xz", "{M}/vmlinux.zst"],
            SystemMap = "{M}/System.map",
        },
    ];

    /// <summary>
    /// The folders of a kernel's modules, <c>{M}</c> of the rows: the same one where /lib is a link to usr/lib, and only the
    /// second in packages that are unpacked and not installed.
    /// </summary>
    internal static IReadOnlyList<string> ModuleFolders { get; } = ["lib/modules/{R}", "usr/lib/modules/{R}"];

    private KernelLayout(string name) => Name = name;

    /// <summary>Who installs kernels so.</summary>
    internal string Name { get; }

    /// <summary>The linked kernel with its symbols, or the debug information that was split from it.</summary>
    internal required IReadOnlyList<string> Vmlinux { get; init; }

    /// <summary>What boots.</summary>
    internal required IReadOnlyList<string> Images { get; init; }

    /// <summary>The linked kernel, compressed: it has what the image has, but does not boot.</summary>
    internal required IReadOnlyList<string> PackedVmlinux { get; init; }

    /// <summary>The list of the kernel's symbols.</summary>
    internal required string SystemMap { get; init; }
}
