using Klp.DebugInfo.Btf;
using Klp.DebugInfo.Dwarf;
using Klp.DebugInfo.Types;
using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Elf.Model;
using Klp.Kernel.Compression;
using Klp.Kernel.Facts;
using Klp.Kernel.Files;
using Klp.Kernel.Images;
using Klp.Kernel.Modules;
using Klp.Kernel.SymbolTables;

namespace Klp.Kernel.Trees;

/// <summary>
/// What debug information tells of the functions and structures of a kernel and its modules: DWARF of vmlinux and of modules,
/// and BTF, which distributions leave in the image that boots. Where there is neither, or it is damaged, nothing.
/// </summary>
public sealed class KernelDebugInfo
{
    private const string DistilledBase = ".BTF.base";

    private readonly KernelTree tree;
    private readonly Lazy<BtfTypes?> vmlinux;
    private readonly Lazy<ElfImage?> dwarf;

    // With external modules the kernel is the same, and what was read of it serves.
    internal KernelDebugInfo(KernelTree tree, KernelDebugInfo without)
    {
        this.tree = tree;
        vmlinux = without.vmlinux;
        dwarf = without.dwarf;
    }

    internal KernelDebugInfo(KernelTree tree)
    {
        this.tree = tree;
        vmlinux = new Lazy<BtfTypes?>(() => Undamaged(ReadVmlinux));
        dwarf = new Lazy<ElfImage?>(() => tree.DwarfPath is { } path ? tree.OpenKernelFile(path) : null);
    }

    /// <summary>The kernel's own types from its BTF, or null where they are not at hand.</summary>
    public BtfTypes? VmlinuxTypes => vmlinux.Value;

    /// <summary>The functions of some names in an object, from DWARF.</summary>
    public IReadOnlyList<KernelFunction> FindFunctions(string objectName, IReadOnlyCollection<string> names) =>
        Undamaged(() => objectName == ModuleName.Vmlinux ? InVmlinux(names) : InModule(objectName, names)) ?? [];

    /// <summary>The functions that have copies of a function inlined of which there is no code besides, from DWARF, each once.</summary>
    public IReadOnlyList<string> FindInlined(string objectName, string name) =>
        Undamaged(
            () => ReadDwarf(objectName)
                ?.FindInlined(name)
                .SelectMany(function => function.InlinedInto)
                .Select(caller => caller.Name)
                .Distinct()
                .Order(StringComparer.Ordinal)
                .ToList())
            ?? [];

    /// <summary>The type of a function of an object from BTF, or null.</summary>
    public DebugType? FindType(string objectName, string name) =>
        objectName == ModuleName.Vmlinux
            ? vmlinux.Value?.FindFunction(name)
            : tree.FindModule(objectName) is { } path ? Undamaged(() => ReadModule(path))?.FindFunction(name) : null;

    /// <summary>The types of a module from its BTF, which adds to the kernel's; null where it has none.</summary>
    public BtfTypes? Read(ElfObject module)
    {
        if (module.FindSection(BtfTypes.SectionName) is not ElfDataSection { HasContents: true } section)
            return null;
        BtfTypes? basis = module.FindSection(DistilledBase) is ElfDataSection { HasContents: true } distilled
            ? BtfTypes.Read(distilled.Contents.ToArray(), module.Header.ByteOrder)
            : vmlinux.Value;
        // A module's types begin where the kernel's end.
        return basis is null ? null : BtfTypes.Read(section.Contents.ToArray(), module.Header.ByteOrder, basis);
    }

    /// <summary>How the kernel's compiler laid a structure out, or null.</summary>
    public DebugStructure? FindStructure(string name) =>
        vmlinux.Value?.FindStructure(name) ?? Undamaged(() => dwarf.Value is { } image ? DwarfInfo.Read(image)?.FindStructure(name) : null);

    private KernelFunction[]? InVmlinux(IReadOnlyCollection<string> names)
    {
        if (dwarf.Value is not { } image)
            return null;
        string? SectionAt(ulong? address)
        {
            int index = image.Sections.ToList().FindIndex(
                section => section.Flags.HasFlag(ElfSectionFlags.Alloc)
                    && address >= section.Address
                    && address - section.Address < section.Size);
            return index < 0 ? null : image.SectionName(index);
        }

        return DwarfInfo.Read(image) is { } info
            ? [.. info.FindFunctions(names)
                .Select(
                    function => Known(
                        function, caller => SectionAt(caller.Address) is { } section && SectionLife.IsFreedOfVmlinux(section)))]
            : null;
    }

    private KernelFunction[]? InModule(string objectName, IReadOnlyCollection<string> names)
    {
        return ReadDwarf(objectName) is { } info
            ? [.. info.FindFunctions(names)
                .Select(
                    function => Known(
                        function,
                        caller => caller.Section?.Name is { } section && SectionLife.IsFreedOfModule(section, tree.Architecture.Machine)))]
            : null;
    }

    private DwarfInfo? ReadDwarf(string objectName)
    {
        if (objectName == ModuleName.Vmlinux)
            return dwarf.Value is { } linked ? DwarfInfo.Read(linked) : null;
        if (tree.FindModule(objectName) is not { } path)
            return null;
        using (ElfImage image = ModuleImage.Open(path))
        {
            // What has nothing to tell is not worth all its relocations.
            if (DwarfInfo.Read(image) is null)
                return null;
        }

        return DwarfInfo.Read(ElfObject.Read(CompressedFile.ReadAllBytes(path), path));
    }

    private static KernelFunction Known(DwarfFunction function, Predicate<DwarfCaller> isFreed) => new(
        function.Name,
        function.Section?.Name,
        function.Address,
        function.HasPrototype ? function.Type : null,
        [.. function.InlinedInto.Where(caller => !isFreed(caller)).Select(caller => caller.Name).Distinct().Order(StringComparer.Ordinal)],
        function.SourceFile is { } source ? KernelSourcePath.Of(source, function.CompilationDirectory) : null);

    private BtfTypes? ReadVmlinux()
    {
        if (tree.BtfPath is not { } path)
            return tree.ImageSymbols?.ReadSection(BtfTypes.SectionName) is { } contents
                ? BtfTypes.Read(contents, tree.Architecture.ByteOrder)
                : null;
        if (VmlinuxContents.Of(path).IsRawBtf)
            return BtfTypes.Read(InputFile.ReadAllBytes(path), tree.Architecture.ByteOrder);
        ElfImage image = tree.OpenKernelFile(path);
        int index = image.FindSection(BtfTypes.SectionName);
        return index < 0 ? null : BtfTypes.Read(image.ReadSection(index), image.Header.ByteOrder);
    }

    private BtfTypes? ReadModule(string path)
    {
        using ElfImage image = ModuleImage.Open(path);
        return image.FindSection(BtfTypes.SectionName) < 0 ? null : Read(ElfObject.Read(CompressedFile.ReadAllBytes(path), path));
    }

    // Others tell of damaged files; advice does without them.
    private static T? Undamaged<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception problem) when (problem is ElfFormatException or InvalidDataException)
        {
            return null;
        }
    }
}
