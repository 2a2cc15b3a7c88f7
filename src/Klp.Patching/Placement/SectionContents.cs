using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Elf.Relocations;

namespace Klp.Patching.Placement;

/// <summary>Compares a section of an object with what a linker made of it.</summary>
internal static class SectionContents
{
    /// <summary>True where all bytes are equal but those that relocations filled in.</summary>
    internal static bool AreEqual(ElfObject unit, ElfDataSection section, LinkedImage image, PlacedSection place)
    {
        // The build rewrites this one after the link (resolve_btfids), and merged literals move.
        if (!section.HasContents
            || section.Name.StartsWith(".BTF", StringComparison.Ordinal)
            || section.Flags.HasFlag(ElfSectionFlags.Merge))
        {
            return true;
        }

        if (image.Read(place.Section, place.Displacement, section.Size) is not { } linked)
            return false;
        RelocationTypes types = RelocationTypes.For(unit.Header.Machine);
        byte[] compiled = section.Contents.ToArray();
        foreach (ElfRelocationSection relocations in unit.RelocationSections.Where(relocations => relocations.InfoSection == section))
        {
            foreach (ElfRelocation relocation in relocations.Relocations)
            {
                int size = types.FieldBytes(relocation.Type);
                if (relocation.Offset > section.Size || (ulong)size > section.Size - relocation.Offset)
                    continue;
                compiled.AsSpan((int)relocation.Offset, size).Clear();
                linked.AsSpan((int)relocation.Offset, size).Clear();
            }
        }

        return compiled.AsSpan().SequenceEqual(linked);
    }
}
