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
    private readonly Dictionary<string, (string Path, byte[] Contents)> found = new(StringComparer.Ordinal);

    // Any module of the tree tells what the kernel expects; without one only the release is known.
    private readonly string? treeVerMagic = tree.Reference?.VerMagic;

    /// <summary>
    /// The modules, each once and in the order of their names, so that the order in which they are given does not matter;
    /// null after an error.
    /// </summary>
    internal IReadOnlyList<string>? Read(IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            if (WhatIsWrongWithPath(path) is { } problem)
                diagnostics.Add(problem);
            else
                Add(path);
        }

        return diagnostics.HasErrors
            ? null
            : [.. found.OrderBy(module => module.Key, StringComparer.Ordinal).Select(module => module.Value.Path)];
    }

    private static Diagnostic? WhatIsWrongWithPath(string path)
    {
        if (Directory.Exists(path))
            return ExternalModuleMessages.IsFolder(path);
        if (!File.Exists(path))
            return ExternalModuleMessages.Missing(path);
        return ModuleFolder.IsModule(path) ? null : ExternalModuleMessages.NoModule(path);
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
            diagnostics.Add(ExternalModuleMessages.Damaged(path, problem.Message));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            diagnostics.Add(ExternalModuleMessages.Unreadable(path, problem.Message));
        }
    }

    private bool IsForKernel(ElfImage module)
    {
        string path = module.FileName;
        if (module.Header.Machine != tree.Architecture.Machine)
            return Refuse(ExternalModuleMessages.WrongArchitecture(path, tree.WrongArchitecture(module.Header.Machine)));
        if (ModuleInfo.Read(module).Find("vermagic") is not { } magic)
            return Refuse(ExternalModuleMessages.NoVersionMagic(path, tree.Release));
        return IsExpected(magic, HasVersions(module))
            || Refuse(ExternalModuleMessages.OtherVersionMagic(
                path, ModuleName.FromPath(path), tree.Release, magic, treeVerMagic ?? tree.Release, tree.BuildDirectory));
    }

    private bool HasItsOwnName(ElfImage module)
    {
        string path = module.FileName;
        return ModuleInfo.Read(module).Find("name") is not { } name
            || ModuleName.FromPath(name) == ModuleName.FromPath(path)
            || Refuse(ExternalModuleMessages.Renamed(path, name));
    }

    // One that is named twice, or by two paths, is one.
    private void Keep(string path, byte[] contents)
    {
        string name = ModuleName.FromPath(path);
        if (!found.TryAdd(name, (path, contents)) && !found[name].Contents.AsSpan().SequenceEqual(contents))
            diagnostics.Add(ExternalModuleMessages.NameTwice(path, name, found[name].Path));
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

    private bool Refuse(Diagnostic problem)
    {
        diagnostics.Add(problem);
        return false;
    }
}
