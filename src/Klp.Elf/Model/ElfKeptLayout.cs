using Klp.Elf.Constants;
using Klp.Elf.Image;

namespace Klp.Elf.Model;

/// <summary>
/// The layout of an object that was read from a file. Everything keeps its place and padding until something before it
/// grew, shrank or was removed; from there on parts follow each other at their alignment. New sections come
/// after the last old one and before the section header table where that closed the file.
/// </summary>
internal sealed class ElfKeptLayout : ElfLayout
{
    private readonly ElfObject source;
    private readonly IReadOnlyList<ElfSection> sections;
    private readonly List<(ulong Offset, ulong Original, ulong Length)> keptPadding = [];
    private ulong cursor = ElfHeader.Size;
    private ulong originalCursor = ElfHeader.Size;

    internal ElfKeptLayout(ElfObject source, IReadOnlyList<ElfSection> sections)
    {
        this.source = source;
        this.sections = sections;
        PlaceAll();
    }

    /// <inheritdoc/>
    internal override IReadOnlyList<(ulong Offset, ulong Original, ulong Length)> KeptPadding => keptPadding;

    private void PlaceAll()
    {
        ulong table = source.Header.SectionHeaderOffset;
        ulong tableEnd = table + (source.Header.SectionCount * (ulong)ElfSectionHeader.EntryBytes);
        HashSet<ElfSection> present = [.. sections];
        // Sections without bytes sort before those that start at the same offset and push nothing.
        List<ElfSection> originals = [.. source.OriginalSections
            .Where(section => section.Type != ElfSectionType.Null)
            .OrderBy(section => section.OriginalOffset)
            .ThenBy(section => section.HasContents && section.OriginalSize > 0)];
        bool tablePlaced = false;
        bool tableIsLast = originals.All(section => !section.HasContents || section.OriginalOffset < table);

        foreach (ElfSection section in originals)
        {
            if (!tablePlaced && !tableIsLast && section.OriginalOffset >= tableEnd)
            {
                PlaceTable(table, tableEnd);
                tablePlaced = true;
            }

            if (present.Contains(section))
                PlaceOriginal(section);
            else if (section.HasContents)
                originalCursor = Math.Max(originalCursor, section.OriginalOffset!.Value + section.OriginalSize);
        }

        foreach (ElfSection section in sections.Where(section => section.OriginalOffset is null))
            PlaceNew(section);
        if (!tablePlaced)
            PlaceTable(table, tableEnd);
        PlaceTail();

        foreach (ElfSection section in sections.Where(section => section.Type == ElfSectionType.Null))
            Place(section, section.OriginalOffset ?? 0);
    }

    private void PlaceOriginal(ElfSection section)
    {
        ulong original = section.OriginalOffset!.Value;
        if (!section.HasContents || (section.OriginalSize == 0 && section.Size == 0))
        {
            // No bytes: only its offset is recorded, which need not be behind the bytes before it.
            Place(section, cursor == originalCursor ? original : AlignUp(cursor, section.Alignment));
            return;
        }

        ulong offset = Advance(original, section.Alignment);
        Place(section, offset);
        cursor = offset + section.Size;
        originalCursor = original + section.OriginalSize;
    }

    private void PlaceNew(ElfSection section)
    {
        cursor = AlignUp(cursor, section.Alignment);
        Place(section, cursor);
        cursor += section.HasContents ? section.Size : 0;
    }

    private void PlaceTable(ulong original, ulong originalEnd)
    {
        SectionHeaderOffset = Advance(original, TableAlignment);
        cursor = SectionHeaderOffset + ((ulong)sections.Count * ElfSectionHeader.EntryBytes);
        originalCursor = originalEnd;
    }

    // Keeps the original offset, and the padding before it, while nothing has moved.
    private ulong Advance(ulong original, ulong alignment)
    {
        if (cursor != originalCursor)
            return AlignUp(cursor, alignment);
        if (original > cursor)
            keptPadding.Add((cursor, originalCursor, original - cursor));
        return original;
    }

    private void PlaceTail()
    {
        ulong originalLength = (ulong)source.OriginalBytes.Length;
        ulong tail = originalLength > originalCursor ? originalLength - originalCursor : 0;
        if (tail > 0)
            keptPadding.Add((cursor, originalCursor, tail));
        FileSize = cursor + tail;
    }
}
