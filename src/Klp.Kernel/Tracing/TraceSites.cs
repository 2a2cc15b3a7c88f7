using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Elf.Model;
using Klp.Kernel.Compression;
using Klp.Kernel.Facts;
using Klp.Kernel.SymbolTables;
using Klp.Kernel.Trees;

namespace Klp.Kernel.Tracing;

/// <summary>
/// Where ftrace can attach, as klp_patch_func of kernel/livepatch/patch.c asks for it (ftrace_location): the entries that the
/// compiler or recordmcount made for each function.
/// </summary>
public sealed class TraceSites
{
    // CALL_OPS puts a pointer of this size before the function, and the entry is at the pointer (arch/arm64/kernel/ftrace.c).
    private const ulong CallOpsBytes = 8;
    private const int PointerBytes = 8;

    private readonly KernelTree tree;
    private readonly ulong adjustment;
    private readonly Lazy<ulong[]?> vmlinux;
    private readonly Dictionary<string, HashSet<(string Section, ulong Offset)>> modules = new(StringComparer.Ordinal);

    /// <summary>The sites of a kernel and its modules; reads each when it is asked for.</summary>
    /// <param name="tree">The kernel.</param>
    public TraceSites(KernelTree tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        this.tree = tree;
        adjustment = tree.Config.IsEnabled("DYNAMIC_FTRACE_WITH_CALL_OPS") ? CallOpsBytes : 0;
        vmlinux = new Lazy<ulong[]?>(() => ReadVmlinux(tree));
    }

    /// <summary>Whether a function can be traced.</summary>
    /// <param name="objectName"><c>vmlinux</c> or the run-time name of the module that has the function.</param>
    /// <param name="function">The function.</param>
    /// <returns>Null where that is not known, as of a kernel without vmlinux or of a symbol without a size.</returns>
    /// <exception cref="ElfFormatException">vmlinux or the module is damaged.</exception>
    /// <exception cref="IOException">vmlinux or the module cannot be read.</exception>
    public bool? Has(string objectName, SymbolCandidate function)
    {
        ArgumentNullException.ThrowIfNull(function);
        if (function.Size == 0 || function.SectionName is null)
            return null;
        // ftrace forgets init functions when the kernel frees them.
        if (objectName == ModuleName.Vmlinux)
            return vmlinux.Value is { } sites ? !SectionLife.IsFreedOfVmlinux(function.SectionName) && Contains(sites, function) : null;
        if (tree.FindModule(objectName) is not { } path)
            return null;
        if (!modules.TryGetValue(path, out HashSet<(string Section, ulong Offset)>? ofModule))
            modules.Add(path, ofModule = ReadModule(path));
        return ofModule.Any(
            site => site.Section == function.SectionName
                && site.Offset + adjustment >= function.Value
                && site.Offset + adjustment < function.Value + function.Size);
    }

    private bool Contains(ulong[] sites, SymbolCandidate function)
    {
        int index = Array.BinarySearch(sites, function.Value - adjustment);
        index = index < 0 ? ~index : index;
        return index < sites.Length && sites[index] + adjustment < function.Value + function.Size;
    }

    // Sorted addresses. A relocatable kernel has them as the addends of .rela.dyn, or in place with CONFIG_RELR.
    private static ulong[]? ReadVmlinux(KernelTree tree)
    {
        if (tree.Vmlinux is not { } vmlinux)
            return tree.ImageSymbols is { } symbols ? ReadImage(symbols, tree.Architecture.ByteOrder) : null;
        if (vmlinux.Find("__start_mcount_loc") is not [{ Value: var start }]
            || vmlinux.Find("__stop_mcount_loc") is not [{ Value: var stop }]
            || stop < start)
        {
            return null;
        }

        ElfImage image = vmlinux.Image;

        const int relocationBytes = 24, addendOffset = 16;
        SortedSet<ulong> sites = [];
        ElfByteOrder order = image.Header.ByteOrder;
        for (int i = 0; i < image.Sections.Count; i++)
        {
            ElfSectionHeader section = image.Sections[i];
            if (section.Type == ElfSectionType.Rela)
            {
                byte[] relocations = image.ReadSection(i);
                for (int at = 0; at + relocationBytes <= relocations.Length; at += relocationBytes)
                {
                    ulong place = order.ReadUInt64(relocations.AsSpan(at));
                    if (place >= start && place < stop)
                        sites.Add(order.ReadUInt64(relocations.AsSpan(at + addendOffset)));
                }
            }
            else if (section.HasContents
                && section.Flags.HasFlag(ElfSectionFlags.Alloc)
                && section.Address <= start
                && stop - section.Address <= section.Size)
            {
                AddPointers(sites, image.ReadAt(section.Offset + (start - section.Address), stop - start), order);
            }
        }

        sites.Remove(0);
        return [.. sites];
    }

    // A relocatable kernel's image may have nothing in place.
    private static ulong[]? ReadImage(KernelImageSymbols symbols, ElfByteOrder order)
    {
        if (symbols.AddressOf("__start_mcount_loc") is not { } start
            || symbols.AddressOf("__stop_mcount_loc") is not { } stop
            || stop <= start
            || symbols.ReadMemory(start, stop - start) is not { } contents)
        {
            return null;
        }

        SortedSet<ulong> sites = [];
        AddPointers(sites, contents, order);
        sites.Remove(0);
        return sites.Count > 0 ? [.. sites] : null;
    }

    private static void AddPointers(SortedSet<ulong> sites, byte[] contents, ElfByteOrder order)
    {
        for (int at = 0; at + PointerBytes <= contents.Length; at += PointerBytes)
            sites.Add(order.ReadUInt64(contents.AsSpan(at)));
    }

    private HashSet<(string Section, ulong Offset)> ReadModule(string path)
    {
        ElfObject module = ElfObject.Read(CompressedFile.ReadAllBytes(path), path);
        HashSet<(string Section, ulong Offset)> sites = [];
        IEnumerable<ElfRelocationSection> tables = module.RelocationSections
            .Where(section => section.InfoSection is { } table && tree.Architecture.TraceSiteSections.Contains(table.Name));
        foreach (ElfRelocation relocation in tables.SelectMany(section => section.Relocations))
        {
            if (relocation.Target is { } place)
                sites.Add((place.Section.Name, place.Offset));
        }

        return sites;
    }
}
