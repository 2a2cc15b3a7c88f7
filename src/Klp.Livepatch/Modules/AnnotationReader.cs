using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;

namespace Klp.Livepatch.Modules;

/// <summary>
/// Reads the annotations of <c>.klp.module_relocs.&lt;object&gt;</c> sections: packed entries of 12 bytes, a pointer to the
/// symbol and a 32-bit position in the target's byte order. An entry's pointer is the relocation at its offset, whatever
/// the order of the relocations is. With them go the annotations of the project, which say the same in another place.
/// </summary>
internal sealed class AnnotationReader(ElfObject module, IReadOnlyList<Annotation> projectAnnotations, DiagnosticBag diagnostics)
{
    private const int EntryBytes = 12;
    private const int PositionOffset = 8;

    private readonly SourcePlace place = new(module.FileName);

    /// <summary>The annotations by the name of the symbol; those of one symbol agree.</summary>
    internal Dictionary<string, Annotation> Read()
    {
        Dictionary<string, Annotation> annotations = new(StringComparer.Ordinal);
        foreach (Annotation annotation in Sections(module).SelectMany(ReadSection).Concat(projectAnnotations))
        {
            if (annotations.TryAdd(annotation.Symbol.Name, annotation) || annotations[annotation.Symbol.Name].Symbol == annotation.Symbol)
                continue;
            diagnostics.Add(AnnotationMessages.Conflict(
                annotation.Place ?? place,
                annotation.Symbol.Name,
                annotations[annotation.Symbol.Name].Symbol.ToString(),
                annotation.Symbol.ToString()));
        }

        return annotations;
    }

    /// <summary>The sections that hold annotations.</summary>
    internal static IEnumerable<ElfSection> Sections(ElfObject module) =>
        module.Sections.Where(section => section.Name.StartsWith(LivepatchNames.AnnotationSectionPrefix, StringComparison.Ordinal));

    private List<Annotation> ReadSection(ElfSection section)
    {
        string objectName = section.Name[LivepatchNames.AnnotationSectionPrefix.Length..];
        if (objectName.Length == 0)
        {
            Malformed($"The annotation section {section.Name} names no object.");
            return [];
        }

        if (section is not ElfDataSection { HasContents: true } data || data.Size % EntryBytes != 0)
        {
            Malformed($"The annotation section {section.Name} has {section.Size} bytes, not a multiple of {EntryBytes}.");
            return [];
        }

        List<Annotation> annotations = [];
        Dictionary<ulong, ElfRelocation> relocations = [];
        foreach (ElfRelocation relocation in module.RelocationSections
            .Where(relocations => relocations.InfoSection == section)
            .SelectMany(relocations => relocations.Relocations))
        {
            if (relocation.Offset % EntryBytes != 0
                || relocation.Offset >= data.Size
                || relocation.Symbol is null
                || !relocations.TryAdd(relocation.Offset, relocation))
            {
                Malformed(
                    $"The relocation at 0x{relocation.Offset:x} of the annotation section {section.Name} is not the pointer of an "
                    + $"entry of {EntryBytes} bytes.");
            }
        }

        for (ulong offset = 0; offset < data.Size; offset += EntryBytes)
        {
            uint position = module.Header.ByteOrder.ReadUInt32(data.Contents[(int)(offset + PositionOffset)..]);
            if (!relocations.TryGetValue(offset, out ElfRelocation? relocation))
                Malformed($"The entry at 0x{offset:x} of the annotation section {section.Name} points to no symbol.");
            else if (!relocation.Symbol!.IsUndefined)
                diagnostics.Add(AnnotationMessages.OfOwnSymbol(place, section.Name, relocation.Symbol.Name));
            else if (position > int.MaxValue)
                Malformed(
                    $"The annotation of '{relocation.Symbol.Name}' in {section.Name} has position {position}; is it written in the "
                    + "byte order of another machine?");
            else
                annotations.Add(new Annotation(
                    new KernelSymbol(objectName, relocation.Symbol.Name, new Sympos(position)), null, section.Name));
        }

        return annotations;
    }

    private void Malformed(string problem) =>
        diagnostics.Add(AnnotationMessages.Malformed(place, problem));
}
