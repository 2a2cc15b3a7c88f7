using System.Text.RegularExpressions;
using Klp.Kernel.Diagnostics;

namespace Klp.Kbuild.Output;

/// <summary>
/// Where the programs that kbuild calls come from: the Debian package of each, which <see cref="PackageAdvice"/> asks for.
/// </summary>
internal static partial class HostPrograms
{
    // What Documentation/process/changes.rst asks for, and what the makefiles and scripts of modules call beside it. The
    // programs of Debian's essential packages are there too: a container need not have them.
    private static readonly Dictionary<string, string> Packages = new(StringComparer.Ordinal)
    {
        ["ar"] = "binutils",
        ["as"] = "binutils",
        ["awk"] = "mawk",
        ["bash"] = "bash",
        ["bc"] = "bc",
        ["bindgen"] = "bindgen",
        ["bison"] = "bison",
        ["bzip2"] = "bzip2",
        ["ccache"] = "ccache",
        ["clang"] = "clang",
        ["cmp"] = "diffutils",
        ["cpio"] = "cpio",
        ["depmod"] = "kmod",
        ["diff"] = "diffutils",
        ["dtc"] = "device-tree-compiler",
        ["file"] = "file",
        ["find"] = "findutils",
        ["flex"] = "flex",
        ["gawk"] = "gawk",
        ["gcc"] = "gcc",
        ["git"] = "git",
        ["grep"] = "grep",
        ["gzip"] = "gzip",
        ["hexdump"] = "bsdextrautils",
        ["hostname"] = "hostname",
        ["ld"] = "binutils",
        ["ld.bfd"] = "binutils",
        ["ld.lld"] = "lld",
        ["lz4"] = "lz4",
        ["lz4c"] = "lz4",
        ["lzma"] = "xz-utils",
        ["lzop"] = "lzop",
        ["m4"] = "m4",
        ["make"] = "make",
        ["mkimage"] = "u-boot-tools",
        ["modinfo"] = "kmod",
        ["nm"] = "binutils",
        ["objcopy"] = "binutils",
        ["objdump"] = "binutils",
        ["openssl"] = "openssl",
        ["pahole"] = "pahole",
        ["perl"] = "perl",
        ["pkg-config"] = "pkgconf",
        ["python"] = "python-is-python3",
        ["python3"] = "python3",
        ["readelf"] = "binutils",
        ["rsync"] = "rsync",
        ["rustc"] = "rustc",
        ["sed"] = "sed",
        ["sh"] = "dash",
        ["strip"] = "binutils",
        ["tar"] = "tar",
        ["which"] = "debianutils",
        ["xargs"] = "findutils",
        ["xxd"] = "xxd",
        ["xz"] = "xz-utils",
        ["zstd"] = "zstd",
    };

    // The libraries that programs of the kernel tree (objtool, resolve_btfids, sign-file) are linked with.
    private static readonly Dictionary<string, string> Libraries = new(StringComparer.Ordinal)
    {
        ["libcrypto.so.3"] = "libssl3",
        ["libdw.so.1"] = "libdw1",
        ["libelf.so.1"] = "libelf1",
        ["libz.so.1"] = "zlib1g",
        ["libzstd.so.1"] = "libzstd1",
    };

    /// <summary>The Debian package of a program that kbuild calls by its name; null for one that we do not know.</summary>
    /// <param name="program">
    /// The name, perhaps with the prefix of a cross compiler (<c>aarch64-linux-gnu-nm</c>) or a version (<c>clang-19</c>).
    /// </param>
    internal static string? PackageOf(string program)
    {
        if (Packages.TryGetValue(program, out string? package))
            return package;
        if (Cross().Match(program) is { Success: true } cross && PackageOf(cross.Groups["name"].Value) is "binutils" or "gcc")
            return $"{PackageOf(cross.Groups["name"].Value)}-{cross.Groups["target"].Value.Replace('_', '-')}";
        if (Llvm().Match(program) is { Success: true } llvm)
        {
            string family = llvm.Groups["name"].Value is "clang" or "ld.lld" ? Packages[llvm.Groups["name"].Value] : "llvm";
            return family + llvm.Groups["version"].Value;
        }

        return null;
    }

    /// <summary>The Debian package of a library, by the name that programs ask the loader for; null for one that we do not know.</summary>
    internal static string? PackageOfLibrary(string library) => Libraries.GetValueOrDefault(library);

    [GeneratedRegex(@"^(?<target>[a-z0-9_]+-linux-gnu\w*)-(?<name>.+)$")]
    private static partial Regex Cross();

    [GeneratedRegex(@"^(?<name>clang|ld\.lld|llvm-[a-z]+)(?<version>-\d+)?$")]
    private static partial Regex Llvm();
}
