namespace Klp.Kernel.Diagnostics;

/// <summary>
/// How to install what is missing, by the distribution of this machine (os-release(5)). Packages are asked for by the name
/// that Debian gives them; the table has what others call them.
/// </summary>
public static class PackageAdvice
{
    private const string OsRelease = "/etc/os-release";

    // Debian, then dnf (Fedora, RHEL), zypper (SUSE) and pacman (Arch); null where a distribution has no such package.
    private static readonly (string Debian, string? Dnf, string? Zypper, string? Pacman)[] Names =
    [
        ("qemu-system-x86", "qemu-kvm", "qemu-x86", "qemu-system-x86"),
        ("qemu-system-arm", "qemu-system-aarch64", "qemu-arm", "qemu-system-aarch64"),
        ("libc6-dev", "glibc-static", "glibc-devel-static", "glibc"),
        ("libc6-dev-arm64-cross", null, null, "aarch64-linux-gnu-glibc"),
        ("libc6-dev-amd64-cross", null, null, null),
        ("gcc-aarch64-linux-gnu", "gcc-aarch64-linux-gnu", "cross-aarch64-gcc14", "aarch64-linux-gnu-gcc"),
        ("gcc-x86-64-linux-gnu", "gcc-x86_64-linux-gnu", "cross-x86_64-gcc14", null),
        ("gcc-powerpc64le-linux-gnu", "gcc-powerpc64le-linux-gnu", "cross-ppc64le-gcc14", null),
        ("gcc-s390x-linux-gnu", "gcc-s390x-linux-gnu", "cross-s390x-gcc14", null),
        ("liblzma5", "xz-libs", "liblzma5", "xz"),
        ("libzstd1", "libzstd", "libzstd1", "zstd"),
        ("pahole", "dwarves", "dwarves", "pahole"),
        ("kmod", "kmod", "kmod", "kmod"),
        ("xz-utils", "xz", "xz", "xz"),
        ("libelf1", "elfutils-libelf", "libelf1", "libelf"),
        ("libdw1", "elfutils-libs", "libdw1", "libelf"),
        ("libssl3", "openssl-libs", "libopenssl3", "openssl"),
        ("zlib1g", "zlib", "libz1", "zlib"),
        ("mawk", "gawk", "gawk", "gawk"),
        ("xxd", "vim-common", "vim", "vim"),
        ("python-is-python3", "python-unversioned-command", null, "python"),
        ("debianutils", "which", "which", "which"),
        ("device-tree-compiler", "dtc", "dtc", "dtc"),
        ("u-boot-tools", "uboot-tools", "u-boot-tools", "uboot-tools"),
        ("bsdextrautils", "util-linux", "util-linux", "util-linux"),
        ("binutils-aarch64-linux-gnu", "binutils-aarch64-linux-gnu", "cross-aarch64-binutils", "aarch64-linux-gnu-binutils"),
        ("binutils-x86-64-linux-gnu", "binutils-x86_64-linux-gnu", "cross-x86_64-binutils", null),
        ("binutils-powerpc64le-linux-gnu", "binutils-powerpc64le-linux-gnu", "cross-ppc64le-binutils", null),
        ("binutils-s390x-linux-gnu", "binutils-s390x-linux-gnu", "cross-s390x-binutils", null),
    ];

    /// <summary>The command that installs packages, such as <c>apt-get install make</c>, <c>dnf install make</c>.</summary>
    /// <param name="packages">Their names in Debian, separated by blanks. One that the table does not have is called so everywhere.</param>
    /// <param name="apt">Debian's program: <c>apt</c> for people, <c>apt-get</c> for scripts as well.</param>
    /// <returns>The command; of a distribution that is not known, Debian's, said to be that.</returns>
    public static string Command(string packages, string apt = "apt-get") =>
        Command(packages, apt, File.Exists(OsRelease) ? File.ReadAllText(OsRelease) : "");

    /// <summary>The command for a distribution.</summary>
    /// <param name="packages">Names of packages in Debian.</param>
    /// <param name="apt">Debian's program.</param>
    /// <param name="osRelease">The contents of its os-release.</param>
    public static string Command(string packages, string apt, string osRelease)
    {
        ArgumentNullException.ThrowIfNull(packages);
        string[] names = packages.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (string id in Ids(osRelease))
        {
            (string Manager, Func<(string Debian, string? Dnf, string? Zypper, string? Pacman), string?> Name)? row = id switch
            {
                "debian" or "ubuntu" => ($"{apt} install", found => found.Debian),
                "fedora" or "rhel" or "centos" => ("dnf install", found => found.Dnf),
                "suse" or "opensuse" or "sles" or "opensuse-leap" or "opensuse-tumbleweed" => ("zypper install", found => found.Zypper),
                "arch" => ("pacman -S", found => found.Pacman),
                _ => null,
            };
            if (row is not { } known)
                continue;
            string?[] own = [.. names.Select(
                name => Array.Find(Names, found => found.Debian == name) is { Debian: not null } found ? known.Name(found) : name)];
            string[] missing = [.. names.Where((_, index) => own[index] is null)];
            return $"{known.Manager} {string.Join(' ', own.OfType<string>())}".TrimEnd()
                + (missing.Length == 0
                    ? ""
                    : $" (and what Debian has in {string.Join(", ", missing)}, for which this distribution has no package that is "
                        + "known here)");
        }

        return $"{apt} install {packages} (on Debian; elsewhere the packages with the same programs)";
    }

    // The distribution itself, then those that it is like.
    private static IEnumerable<string> Ids(string osRelease)
    {
        string[] lines = osRelease.Split('\n');
        foreach (string key in (string[])["ID=", "ID_LIKE="])
        {
            if (Array.Find(lines, line => line.StartsWith(key, StringComparison.Ordinal)) is not { } line)
                continue;
            foreach (string id in line[key.Length..].Trim().Trim('"', '\'').Split(' ', StringSplitOptions.RemoveEmptyEntries))
                yield return id;
        }
    }
}
