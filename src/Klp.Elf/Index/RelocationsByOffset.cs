using Klp.Elf.Model;

namespace Klp.Elf.Index;

/// <summary>The relocations that apply to one section, by offset.</summary>
internal sealed class RelocationsByOffset
{
    private readonly ElfRelocation[] all;

    // OrderBy keeps the order of what is equal, and costs little where all are in order already, as they usually are.
    internal RelocationsByOffset(IEnumerable<ElfRelocationSection> sections) =>
        all = [.. sections.SelectMany(section => section.Relocations).OrderBy(relocation => relocation.Offset)];

    internal IReadOnlyList<ElfRelocation> All => all;

    internal IReadOnlyList<ElfRelocation> At(ulong offset)
    {
        int start = all.FirstAtOrAfter(offset, relocation => relocation.Offset);
        int end = start;
        while (end < all.Length && all[end].Offset == offset)
            end++;
        return new ArraySegment<ElfRelocation>(all, start, end - start);
    }

    internal ElfRelocation? FirstAt(ulong offset)
    {
        int index = all.FirstAtOrAfter(offset, relocation => relocation.Offset);
        return index < all.Length && all[index].Offset == offset ? all[index] : null;
    }
}
