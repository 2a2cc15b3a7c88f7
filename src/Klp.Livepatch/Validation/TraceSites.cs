using Klp.Elf;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Kernel;

namespace Klp.Livepatch.Validation;

/// <summary>
/// Where ftrace can attach, as klp_patch_func of kernel/livepatch/patch.c asks for it (ftrace_location): the entries that the
/// compiler or recordmcount made for each function.
/// </summary>
internal sealed class TraceSites(ValidationContext context, SymbolResolver resolver)
{
    // CALL_OPS puts a pointer of this size before the function, and the entry is at the pointer (arch/arm64/kernel/ftrace.c).
    private const ulong CallOpsBytes = 8;
    private const string Patchable = "__patchable_function_entries";
    private const string Recorded = "__mcount_loc";

    private readonly Dictionary<string, HashSet<(string Section, ulong Offset)>?> modules = new(StringComparer.Ordinal);
    private readonly Lazy<ulong[]?> vmlinux = new(() => ReadVmlinux(context.Tree));
    private readonly ulong adjustment = context.Tree.Config.IsEnabled("DYNAMIC_FTRACE_WITH_CALL_OPS") ? CallOpsBytes : 0;

    /// <summary>Whether a function can be traced; null where that is not known here, as of a kernel without vmlinux.</summary>
    internal bool? Has(KernelSymbol function)
    {
        if (function.ObjectName == ModuleName.Vmlinux)
            return resolver.Candidate(function) is { Size: > 0 } candidate && vmlinux.Value is { } sites ? IsKept(candidate) && Contains(sites, candidate) : null;
        if (context.Tree.FindModule(function.ObjectName) is not { } path)
            return null;
        if (!modules.TryGetValue(function.ObjectName, out HashSet<(string Section, ulong Offset)>? ofModule))
            modules.Add(function.ObjectName, ofModule = ReadModule(path));
        using ElfImage module = ModuleImage.Open(path);
        if (SymbolCandidates.InModule(module, function.Name).ElementAtOrDefault(Math.Max(function.Sympos, 1) - 1) is not { Size: > 0, SectionName: not null } symbol || ofModule is null)
            return null;
        return ofModule.Any(site => site.Section == symbol.SectionName && site.Offset + adjustment >= symbol.Value && site.Offset + adjustment < symbol.Value + symbol.Size);
    }

    // ftrace forgets init functions when the kernel frees them.
    private static bool IsKept(SymbolCandidate function) => function.SectionName is { } section && !section.StartsWith(".init", StringComparison.Ordinal) && !section.StartsWith(".exit", StringComparison.Ordinal);

    private bool Contains(ulong[] sites, SymbolCandidate function)
    {
        int index = Array.BinarySearch(sites, function.Value - adjustment);
        index = index < 0 ? ~index : index;
        return index < sites.Length && sites[index] + adjustment < function.Value + function.Size;
    }

    // Sorted addresses. A relocatable kernel has them as the addends of .rela.dyn, or in place with CONFIG_RELR.
    private static ulong[]? ReadVmlinux(KernelTree tree)
    {
        if (tree.VmlinuxPath is not { } path)
            return null;
        using ElfImage image = ElfImage.Open(path);
        if (SymbolCandidates.InVmlinux(image, "__start_mcount_loc") is not [{ Value: var start }] || SymbolCandidates.InVmlinux(image, "__stop_mcount_loc") is not [{ Value: var stop }] || stop < start)
            return null;

        const int pointerBytes = 8, relocationBytes = 24, addendOffset = 16;
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
            else if (section.HasContents && section.Flags.HasFlag(ElfSectionFlags.Alloc) && section.Address <= start && stop - section.Address <= section.Size)
            {
                byte[] contents = image.ReadAt(section.Offset + (start - section.Address), stop - start);
                for (int at = 0; at + pointerBytes <= contents.Length; at += pointerBytes)
                    sites.Add(order.ReadUInt64(contents.AsSpan(at)));
            }
        }

        sites.Remove(0);
        return [.. sites];
    }

    private static HashSet<(string Section, ulong Offset)>? ReadModule(string path)
    {
        ElfObject module = ElfObject.Read(Compression.CompressedFile.ReadAllBytes(path), path);
        HashSet<(string Section, ulong Offset)> sites = [];
        foreach (ElfRelocation relocation in module.RelocationSections.Where(section => section.InfoSection?.Name is Patchable or Recorded).SelectMany(section => section.Relocations))
        {
            if (Modules.RelocationIndex.Target(relocation) is { } place)
                sites.Add((place.Section.Name, place.Offset));
        }

        return sites;
    }
}
