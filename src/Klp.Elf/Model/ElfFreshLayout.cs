using Klp.Elf.Constants;
using Klp.Elf.Image;

namespace Klp.Elf.Model;

/// <summary>
/// The layout of an object that was not read from a file: the header, the sections in the order of their indices, their headers.
/// </summary>
internal sealed class ElfFreshLayout : ElfLayout
{
    internal ElfFreshLayout(IReadOnlyList<ElfSection> sections)
    {
        ulong cursor = ElfHeader.Size;
        foreach (ElfSection section in sections)
        {
            if (section.Type == ElfSectionType.Null)
            {
                Place(section, 0);
                continue;
            }

            cursor = AlignUp(cursor, section.Alignment);
            Place(section, cursor);
            cursor += section.HasContents ? section.Size : 0;
        }

        SectionHeaderOffset = AlignUp(cursor, TableAlignment);
        FileSize = SectionHeaderOffset + ((ulong)sections.Count * ElfSectionHeader.EntryBytes);
    }
}
