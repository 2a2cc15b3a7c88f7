using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;

namespace Klp.Livepatch.Tests.Support;

/// <summary>
/// The demo kernel as a distribution's packages would install it below a folder: headers without a kernel, and beside them what
/// a test puts there, as links to the kernel's own files.
/// </summary>
internal sealed class InstalledKernel : IDisposable
{
    private readonly TempFolder root = new();

    /// <summary>Makes the headers.</summary>
    /// <param name="headers">Their folder, with {R} for the release.</param>
    internal InstalledKernel(string headers = "usr/src/linux-headers-{R}")
    {
        Headers = Place(headers);
        foreach (string name in (string[])[".config", "Module.symvers", "include/generated/utsrelease.h"])
            Copy(DemoTree.File(name), Path.Combine(Headers, name));
    }

    /// <summary>The release.</summary>
    internal static string Release => DemoTree.Tree.Release;

    /// <summary>The image that the demo kernel boots.</summary>
    internal static string Image => DemoTree.File("arch/arm64/boot/Image");

    /// <summary>The folder of the headers.</summary>
    internal string Headers { get; }

    /// <summary>The folder in which the packages are.</summary>
    internal string Root => root.Path;

    /// <summary>The path of a file, with {R} for the release.</summary>
    internal string Place(string relative) => root[relative.Replace("{R}", Release, StringComparison.Ordinal)];

    /// <summary>Installs a file as a link.</summary>
    internal string Link(string relative, string target)
    {
        string path = Place(relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.CreateSymbolicLink(path, target);
        return path;
    }

    /// <summary>Installs a file with contents of its own.</summary>
    internal string Write(string relative, byte[] contents)
    {
        string path = Place(relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, contents);
        return path;
    }

    /// <summary>Installs the modules, in a folder of the layout's.</summary>
    internal InstalledKernel WithModules(string folder = "lib/modules/{R}")
    {
        foreach (string module in DemoTree.Tree.ModulePaths)
            Link($"{folder}/kernel/{Path.GetRelativePath(DemoTree.Path, module)}", module);
        Write($"{folder}/modules.order", [.. File.ReadAllLines(DemoTree.File("modules.order")).SelectMany(line => System.Text.Encoding.UTF8.GetBytes($"kernel/{Path.ChangeExtension(line, ".ko")}\n"))]);
        return this;
    }

    /// <summary>Replaces a text of the headers' configuration.</summary>
    internal void Configure(string text, string by)
    {
        string config = Path.Combine(Headers, ".config"), old = File.ReadAllText(config);
        Assert.Contains(text, old, StringComparison.Ordinal);
        File.WriteAllText(config, old.Replace(text, by, StringComparison.Ordinal));
    }

    /// <summary>Opens it, by its headers or by another of their names.</summary>
    internal KernelTree Open(string? path = null, string? vmlinux = null)
    {
        DiagnosticBag diagnostics = new();
        KernelTree? tree = KernelTree.Open(path ?? Headers, diagnostics, vmlinux);
        Expect.Nothing(diagnostics);
        return tree!;
    }

    public void Dispose() => root.Dispose();

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to);
    }
}
