using System.Text.RegularExpressions;

namespace Klp.Sdk.Tests.Support;

/// <summary>
/// The distribution's kernel as <c>dpkg-deb -x</c> leaves its packages in some folder: what they say of absolute paths is of
/// <c>/</c>. Headers and programs are copies, modules and image are links.
/// </summary>
internal sealed partial class UnpackedKernel : IDisposable
{
    private readonly TestFolder folder = new();

    public UnpackedKernel()
    {
        string headers = DistributionKernelTree.Path;
        string root = Path.GetFullPath("../../..", headers);
        string name = Path.GetFileName(headers);
        Release = name["linux-headers-".Length..];
        Tree = Combine("usr", "src", name);
        Directory.CreateDirectory(Combine("usr", "lib"));
        Tool.Run("cp", ["-a", Path.Combine(root, "usr", "src"), Combine("usr")]);
        Tool.Run("cp", ["-a", .. Directory.GetDirectories(Path.Combine(root, "usr", "lib"), "linux-*"), Combine("usr", "lib")]);
        string makefile = Path.Combine(Tree, "Makefile");
        File.WriteAllText(makefile, OtherRoot().Replace(File.ReadAllText(makefile), ""));

        LinkAll(Path.Combine(root, "lib", "modules", Release), Combine("lib", "modules", Release), "build", "source");
        File.CreateSymbolicLink(Combine("lib", "modules", Release, "build"), $"/usr/src/{name}");
        if (Directory.Exists(Path.Combine(root, "boot")))
            LinkAll(Path.Combine(root, "boot"), Combine("boot"));
    }

    /// <summary>The kernel's release.</summary>
    public string Release { get; }

    /// <summary>The headers of the kernel.</summary>
    public string Tree { get; }

    /// <summary>A path in the folder in which the packages are.</summary>
    public string Combine(params string[] parts) => folder.Combine(["unpacked", .. parts]);

    /// <summary>A hash of all that is in the folder: names, contents, times, modes and the links' texts.</summary>
    public string Hash() =>
        Tool.Run("bash", "-o", "pipefail", "-c", "tar --create --sort=name --directory=\"$0\" . | sha256sum", Combine()).Output;

    public void Dispose() => folder.Dispose();

    private static void LinkAll(string real, string copy, params string[] except)
    {
        Directory.CreateDirectory(copy);
        foreach (string entry in Directory.EnumerateFileSystemEntries(real).Where(entry => !except.Contains(Path.GetFileName(entry))))
            File.CreateSymbolicLink(Path.Combine(copy, Path.GetFileName(entry)), entry);
    }

    // eng/distribution-kernel.sh writes it in front of the paths.
    [GeneratedRegex(@"/\S+(?=/usr/src/)")]
    private static partial Regex OtherRoot();
}
