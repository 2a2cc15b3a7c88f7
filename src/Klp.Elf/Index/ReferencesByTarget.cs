using Klp.Elf.Model;

namespace Klp.Elf.Index;

/// <summary>An object's relocations by the place that they point to.</summary>
internal sealed class ReferencesByTarget
{
    private readonly Dictionary<ElfSection, ElfReference[]> bySection;

    internal ReferencesByTarget(IEnumerable<IGrouping<ElfSection, ElfRelocationSection>> sections)
    {
        IEnumerable<ElfReference> all =
            from applied in sections
            from relocation in applied.SelectMany(section => section.Relocations)
            where relocation.Target is not null
            select new ElfReference(new ElfPlace(applied.Key, relocation.Offset), relocation);
        bySection = all
            .GroupBy(reference => reference.Relocation.Target!.Value.Section)
            .ToDictionary(group => group.Key, group => group.OrderBy(TargetOffset).ToArray());
    }

    internal IReadOnlyList<ElfReference> Into(ElfSection section) => bySection.TryGetValue(section, out ElfReference[]? all) ? all : [];

    internal IReadOnlyList<ElfReference> Into(ElfPlace place)
    {
        if (!bySection.TryGetValue(place.Section, out ElfReference[]? all))
            return [];
        int start = all.FirstAtOrAfter(place.Offset, TargetOffset);
        int end = start;
        while (end < all.Length && TargetOffset(all[end]) == place.Offset)
            end++;
        return new ArraySegment<ElfReference>(all, start, end - start);
    }

    private static ulong TargetOffset(ElfReference reference) => reference.Relocation.Target!.Value.Offset;
}
