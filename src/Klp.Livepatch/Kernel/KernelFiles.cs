using Klp.Livepatch.Symbols;

namespace Klp.Livepatch.Kernel;

/// <summary>
/// Finds the files of a kernel that its symbols come from: in the build directory, or, for a distribution's headers package,
/// where the kernel's and the debug package install them. The root is the folder that holds <c>usr/src</c> or
/// <c>lib/modules</c> of the headers, so that packages unpacked elsewhere work as well.
/// </summary>
internal sealed class KernelFiles(string buildDirectory, string release, KernelArchitecture architecture)
{
    /// <summary>The files, or null when nothing tells the kernel's own symbols.</summary>
    internal SymbolSources? Find()
    {
        string root = Root();
        string installed = Path.Combine(root, "lib/modules", release);
        string? vmlinux = FirstFile(
            Path.Combine(buildDirectory, "vmlinux"),
            Path.Combine(root, "usr/lib/debug/boot", $"vmlinux-{release}"),
            Path.Combine(root, "usr/lib/debug/lib/modules", release, "vmlinux"));
        string? image = FirstFile(
            Path.Combine(root, "boot", $"vmlinuz-{release}"),
            Path.Combine(installed, "vmlinuz"));
        string? map = FirstFile(
            Path.Combine(buildDirectory, "System.map"),
            Path.Combine(root, "boot", $"System.map-{release}"),
            Path.Combine(installed, "System.map"));
        if (vmlinux is null && image is null && map is null)
            return null;

        return new SymbolSources
        {
            VmlinuxPath = vmlinux,
            ImagePath = image,
            ImageByteOrder = architecture.ByteOrder,
            SystemMapPath = map,
            ModulePaths = ModuleFolder.FindOrdered(buildDirectory) ?? (Directory.Exists(installed) ? ModuleFolder.Find(installed) : []),
        };
    }

    private string Root()
    {
        foreach (string marker in (string[])["/usr/src/", "/lib/modules/"])
        {
            int at = buildDirectory.LastIndexOf(marker, StringComparison.Ordinal);
            if (at >= 0)
                return at == 0 ? "/" : buildDirectory[..at];
        }

        return "/";
    }

    private static string? FirstFile(params string[] candidates) => Array.Find(candidates, File.Exists);
}
