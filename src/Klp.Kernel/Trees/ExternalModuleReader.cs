using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Kernel.Compression;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Modules;

namespace Klp.Kernel.Trees;

/// <summary>
/// Checks modules that were built outside a kernel tree: that the kernel would load them (kernel/module/main.c,
/// check_modinfo), and that the name of each file is the one that the kernel will know its module by.
/// </summary>
internal sealed class ExternalModuleReader(KernelTree tree, DiagnosticBag diagnostics)
{
    private const string Naming = "the KlpExternalModule item of the project, or klp's option --module";

    private readonly Dictionary<string, (string Path, byte[] Contents)> found = new(StringComparer.Ordinal);

    // Any module of the tree tells what the kernel expects; without one only the release is known.
    private readonly string? treeVerMagic = ReferenceModule.Of(tree)?.VerMagic;

    /// <summary>
    /// The modules, each once and in the order of their names, so that the order in which they are given does not matter;
    /// null after an error.
    /// </summary>
    internal IReadOnlyList<string>? Read(IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            if (WhatIsWrongWithPath(path) is { } problem)
                Fail(DiagnosticCodes.InputOutput, path, problem);
            else
                Add(path);
        }

        return diagnostics.HasErrors ? null : [.. found.OrderBy(module => module.Key, StringComparer.Ordinal).Select(module => module.Value.Path)];
    }

    private static string? WhatIsWrongWithPath(string path)
    {
        string folder = path.TrimEnd('/');
        if (Directory.Exists(path))
            return $"The external module is a folder. Name the modules in it: <KlpExternalModule Include=\"{folder}/*.ko\" /> in the project, or klp's --module {folder}/NAME.ko.";
        if (!File.Exists(path))
            return $"The external module does not exist. Build it, or correct {Naming}.";
        return ModuleFolder.IsModule(path) ? null : $"The file is no kernel module: its name does not end in .ko, .ko.gz, .ko.xz or .ko.zst. Correct {Naming}.";
    }

    private void Add(string path)
    {
        try
        {
            byte[] contents = CompressedFile.ReadAllBytes(path);
            using ElfImage module = ElfImage.Read(new MemoryStream(contents, writable: false), path);
            if (IsForKernel(module) && HasItsOwnName(module))
                Keep(path, contents);
        }
        catch (Exception problem) when (problem is ElfFormatException or InvalidDataException)
        {
            Fail(DiagnosticCodes.ModuleUnreadable, path, $"The module cannot be read: {DiagnosticText.Sentence(problem.Message)} Build it anew.");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Fail(DiagnosticCodes.InputOutput, path, $"The external module cannot be read: {DiagnosticText.Sentence(problem.Message)} Correct {Naming}.");
        }
    }

    private bool IsForKernel(ElfImage module)
    {
        string path = module.FileName;
        if (module.Header.Machine != tree.Architecture.Machine)
            return Fail(DiagnosticCodes.ExternalModuleForOtherKernel, path, tree.WrongArchitecture(module.Header.Machine));
        if (ModuleInfo.Read(module).Find("vermagic") is not { } magic)
            return Fail(DiagnosticCodes.ExternalModuleForOtherKernel, path, $"The file has no version magic, which kbuild gives every module. Name the .ko that kbuild linked for the kernel {tree.Release}.");
        return IsExpected(magic, HasVersions(module))
            || Fail(DiagnosticCodes.ExternalModuleForOtherKernel, path, $"The module was built for another kernel. The kernel {tree.Release} would refuse it: \"{ModuleName.FromPath(path)}: version magic '{magic}' should be '{treeVerMagic ?? tree.Release}'\". Build it for this kernel: make -C {tree.BuildDirectory} M={Path.GetDirectoryName(Path.GetFullPath(path))} modules");
    }

    private bool HasItsOwnName(ElfImage module)
    {
        string path = module.FileName;
        return ModuleInfo.Read(module).Find("name") is not { } name
            || ModuleName.FromPath(name) == ModuleName.FromPath(path)
            || Fail(DiagnosticCodes.ExternalModuleName, path, $"The file is named {Path.GetFileName(path)}, but the kernel knows its module as {name}, which is the name that a livepatch has to use. Give the file its own name back: {name}.ko");
    }

    // One that is named twice, or by two paths, is one.
    private void Keep(string path, byte[] contents)
    {
        string name = ModuleName.FromPath(path);
        if (!found.TryAdd(name, (path, contents)) && !found[name].Contents.AsSpan().SequenceEqual(contents))
            Fail(DiagnosticCodes.ExternalModuleName, path, $"Two different external modules are named {name}: this one and {found[name].Path}. The kernel loads only one of a name: leave the other out.");
    }

    // The kernel leaves the release to the checksums of symbols where a module has them (same_magic).
    private bool IsExpected(string magic, bool hasVersions)
    {
        (string release, string options) = Split(magic);
        return (hasVersions || release == tree.Release) && (treeVerMagic is null || options == Split(treeVerMagic).Options);
    }

    private bool HasVersions(ElfImage module) =>
        tree.Config.IsEnabled("MODVERSIONS") && (module.FindSection("__versions") >= 0 || module.FindSection("__version_ext_crcs") >= 0);

    private static (string Release, string Options) Split(string magic) =>
        magic.Split(' ', 2) is [var release, var options] ? (release, options.Trim()) : (magic, "");

    private bool Fail(string code, string path, string message)
    {
        diagnostics.AddError(code, message, new SourcePlace(path));
        return false;
    }
}
