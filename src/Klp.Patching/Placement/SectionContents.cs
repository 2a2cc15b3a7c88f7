using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Patching.Placement;

/// <summary>Compares a section of an object with what a linker made of it.</summary>
internal static class SectionContents
{
    /// <summary>True where all bytes are equal but those that relocations filled in.</summary>
    internal static bool AreEqual(ElfObject unit, ElfDataSection section, LinkedImage image, PlacedSection place)
    {
        // The build rewrites this one after the link (resolve_btfids), and merged literals move.
        if (!section.HasContents || section.Name.StartsWith(".BTF", StringComparison.Ordinal) || section.Flags.HasFlag(ElfSectionFlags.Merge))
            return true;
        if (image.Read(place.Section, place.Displacement, section.Size) is not { } linked)
            return false;
        byte[] compiled = section.Contents.ToArray();
        foreach (ElfRelocationSection relocations in unit.RelocationSections.Where(relocations => relocations.InfoSection == section))
        {
            foreach (ElfRelocation relocation in relocations.Relocations)
            {
                int size = FieldBytes(unit.Header.Machine, relocation.Type);
                if (relocation.Offset > section.Size || (ulong)size > section.Size - relocation.Offset)
                    continue;
                compiled.AsSpan((int)relocation.Offset, size).Clear();
                linked.AsSpan((int)relocation.Offset, size).Clear();
            }
        }

        return compiled.AsSpan().SequenceEqual(linked);
    }

    // R_AARCH64_ABS64 (257), PREL64 (260), ABS16 (259), PREL16 (262); R_X86_64_64 (1), PC64 (24); the rest is of 4 bytes.
    private static int FieldBytes(ElfMachine machine, uint type) => (machine, type) switch
    {
        (ElfMachine.AArch64, 257 or 260) => 8,
        (ElfMachine.AArch64, 259 or 262) => 2,
        (ElfMachine.X8664, 1 or 24) => 8,
        _ => 4,
    };
}
