using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Images;
using Klp.Kernel.Modules;

namespace Klp.Kernel.Trees;

/// <summary>
/// Finds the files of a kernel: in the build directory, or, for a distribution's headers package, where the kernel's and the
/// debug package install them (<see cref="KernelLayout"/>). The root is the folder that holds <c>usr/src</c> or
/// <c>lib/modules</c> of the headers, so that packages unpacked elsewhere work as well.
/// </summary>
internal sealed class KernelFileFinder
{
    // A list of symbols is never that small; in its place some distributions have a line that tells where it is.
    private const int SmallestSystemMap = 4096;

    private readonly string buildDirectory;
    private readonly string release;
    private readonly KernelArchitecture architecture;
    private readonly string root;
    private readonly string[] moduleFolders;
    private readonly List<Diagnostic> notes = [];

    internal KernelFileFinder(string buildDirectory, string release, KernelArchitecture architecture)
    {
        this.buildDirectory = buildDirectory;
        this.release = release;
        this.architecture = architecture;
        root = KernelRoot.Of(buildDirectory);
        // Where lib is a link to usr/lib, the second is the first.
        bool isMerged = Path.Exists(Path.Combine(root, "lib")) && new DirectoryInfo(Path.Combine(root, "lib")).LinkTarget is not null;
        moduleFolders = [.. KernelLayout.ModuleFolders.Take(isMerged ? 1 : 2).Select(Absolute)];
    }

    /// <summary>The files, or null when nothing tells the kernel's own symbols.</summary>
    /// <param name="named">A vmlinux that the user named and that goes before all others, or null.</param>
    internal KernelFiles? Find(VmlinuxContents? named)
    {
        string[] installedImages = [.. Existing(layout => layout.Images)];
        VmlinuxContents[] images = [.. installedImages.Select(VmlinuxContents.Of)];
        VmlinuxContents[] candidates = [.. VmlinuxFiles().Select(VmlinuxContents.Of)];
        if (named is not null)
            candidates = [named, .. candidates.Where(file => file.Path != named.Path)];

        VmlinuxContents[] all = [.. candidates, .. images];
        VmlinuxContents[] ours = [.. all.Where(file => !IsForeign(file))];
        // Whatever is installed under the same release can be another build of it, with other addresses and positions.
        VmlinuxContents? own = named is null && IsBuiltHere ? candidates.FirstOrDefault(file => file.Path == OwnVmlinux) : null;
        bool isOwnDamaged = own is { Problem: not null }, isOwnStripped = own is { IsStripped: true };
        VmlinuxContents? vmlinux = isOwnDamaged || isOwnStripped ? null : ours.FirstOrDefault(file => file.HasSymbols);
        string? image = isOwnDamaged ? null : isOwnStripped ? own!.Path : FindImage(candidates, images);
        string? map = Existing(layout => [layout.SystemMap])
            .Prepend(Path.Combine(buildDirectory, "System.map"))
            .FirstOrDefault(File.Exists);
        (string? vmlinuxPath, string? imagePath, string? mapPath) = (vmlinux?.Path, image, map);
        if (vmlinux is null && image is null)
        {
            // What is damaged, or may not be read, is an error when it is read; a list of symbols that anyone may read serves.
            VmlinuxContents? unusable = candidates.FirstOrDefault(file => file.Problem is not null)
                ?? all.FirstOrDefault(file => file.IsUnreadable && !IsSymbolList(map));
            VmlinuxContents? foreign = all.FirstOrDefault(file => IsForeign(file) && (file.HasSymbols || file.IsStripped));
            if (unusable is null && foreign is not null && !IsSymbolList(map))
            {
                notes.Add(KernelFileMessages.Foreign(foreign.Path, ForeignText(foreign)));
                unusable = foreign;
            }

            bool isImage = unusable is not null && Array.Exists(images, file => file == unusable) && !unusable.HasSymbols;
            vmlinuxPath = isImage ? null : unusable?.Path;
            imagePath = isImage ? unusable!.Path : null;
            if (unusable is null && map is null)
                return null;
        }

        AddPassedOver(all, images, named, vmlinuxPath ?? imagePath ?? mapPath!);
        IReadOnlyList<string> modules = FindModules();
        if (own is { HasSymbols: true })
            ours = [own];
        VmlinuxContents? btf = vmlinux is { HasBtf: true } ? vmlinux : ours.FirstOrDefault(file => file.HasBtf);
        VmlinuxContents? dwarf = vmlinux is { HasDwarf: true } ? vmlinux : ours.FirstOrDefault(file => file.HasDwarf);
        return new KernelFiles
        {
            Sources = new SymbolSources
            {
                VmlinuxPath = vmlinuxPath,
                ImagePath = imagePath,
                ImageByteOrder = architecture.ByteOrder,
                SystemMapPath = mapPath,
                ModulePaths = modules,
                Notes = notes,
            },
            BtfPath = btf?.Path,
            DwarfPath = dwarf?.Path,
            InstalledImagePath = installedImages.FirstOrDefault(),
        };
    }

    /// <summary>True for a file of another architecture's kernel.</summary>
    internal bool IsForeign(VmlinuxContents file) => file.Machine is { } machine && machine != architecture.Machine;

    /// <summary>Says of a foreign file what it is.</summary>
    internal string ForeignText(VmlinuxContents file)
    {
        string other = KernelArchitecture.For(file.Machine!.Value)?.DisplayName ?? $"e_machine {(int)file.Machine}";
        return KernelFileMessages.OfOtherArchitecture(other, release, architecture.ToString());
    }

    private string OwnVmlinux => Path.Combine(buildDirectory, "vmlinux");

    // What linking a kernel leaves beside it (scripts/link-vmlinux.sh and the top Makefile), and packages of headers do not have.
    private bool IsBuiltHere =>
        Array.Exists(["System.map", "vmlinux.o", "vmlinux.a"], file => File.Exists(Path.Combine(buildDirectory, file)));

    private IEnumerable<string> VmlinuxFiles()
    {
        return (File.Exists(OwnVmlinux) ? [OwnVmlinux] : Array.Empty<string>()).Concat(Existing(layout => layout.Vmlinux)).Distinct();
    }

    // An image goes before a vmlinux that was stripped, which goes before one that is packed.
    private string? FindImage(VmlinuxContents[] candidates, VmlinuxContents[] images)
    {
        VmlinuxContents? image = images.FirstOrDefault(file => !file.IsUnreadable && !file.IsRawBtf && !IsForeign(file))
            ?? candidates.FirstOrDefault(file => file.IsStripped && !IsForeign(file));
        return image?.Path ?? Existing(layout => layout.PackedVmlinux).FirstOrDefault();
    }

    // What serves the kernel's types or debug information is where it belongs, unless it is the copy that nobody should make.
    private void AddPassedOver(VmlinuxContents[] all, VmlinuxContents[] images, VmlinuxContents? named, string taken)
    {
        foreach (VmlinuxContents file in all.TakeWhile(file => file.Path != taken))
        {
            // An image is no ELF file, but for a few.
            bool isImage = images.Contains(file);
            bool isStub = file is { HasBtf: true, HasDwarf: false, IsRawBtf: false, IsStripped: false, HasSymbols: false };
            if (IsForeign(file))
                notes.Add(KernelFileMessages.ForeignPassedOver(file.Path, ForeignText(file), taken));
            else if (isImage ? file.IsUnreadable || file.IsRawBtf : (!isStub || file == named) && !file.HasSymbols)
                notes.Add(KernelFileMessages.PassedOver(file.Path, file.InsteadOfSymbols, taken, file.IsRawBtf));
        }
    }

    private List<string> FindModules()
    {
        if (ModuleFolder.FindOrdered(buildDirectory) is { } built)
        {
            AddMissing(ModuleFolder.OrderedNames(buildDirectory), built, buildDirectory);
            return [.. built];
        }

        foreach (string folder in moduleFolders.Where(Directory.Exists))
        {
            IReadOnlyList<string> found = ModuleFolder.Find(folder);
            if (found.Count == 0)
                continue;
            AddMissing(ModuleFolder.OrderedNames(folder), found, folder);
            return [.. found];
        }

        string[] exporting = ExportingModules();
        if (exporting.Length > 0)
            notes.Add(KernelFileMessages.NoModules(buildDirectory, release, moduleFolders.Append(buildDirectory), exporting));
        return [];
    }

    private void AddMissing(IEnumerable<string> expected, IEnumerable<string> found, string folder)
    {
        HashSet<string> there = [.. found.Select(ModuleName.FromPath)];
        string[] missing = [.. expected.Where(name => !there.Contains(name)).Distinct().Order(StringComparer.Ordinal)];
        if (missing.Length > 0)
            notes.Add(KernelFileMessages.ModulesMissing(folder, missing));
    }

    // Without a list of the modules, those of the list of exports.
    private string[] ExportingModules()
    {
        string symvers = Path.Combine(buildDirectory, "Module.symvers");
        return !File.Exists(symvers)
            ? []
            : [.. ModuleSymvers.Read(symvers, new DiagnosticBag()).Exports
                .Select(export => export.ObjectName)
                .Where(name => name != ModuleName.Vmlinux)
                .Distinct()
                .Order(StringComparer.Ordinal)];
    }

    private IEnumerable<string> Existing(Func<KernelLayout, IEnumerable<string>> files) =>
        KernelLayout.All.SelectMany(files).SelectMany(Places).Where(File.Exists);

    private IEnumerable<string> Places(string path) =>
        path.StartsWith("{M}/", StringComparison.Ordinal)
            ? moduleFolders.Select(folder => folder + path[3..])
            : [Absolute(path)];

    private string Absolute(string path) => Path.Combine(root, path.Replace("{R}", release, StringComparison.Ordinal));

    private static bool IsSymbolList(string? map)
    {
        try
        {
            if (map is null || new FileInfo(map).Length < SmallestSystemMap)
                return false;
            using FileStream file = File.OpenRead(map);
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
