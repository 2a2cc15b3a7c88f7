using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Facts;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Validation;

/// <summary>
/// The form of livepatch relocation sections (kernel/livepatch/core.c, klp_write_section_relocs; kernel/module/main.c,
/// apply_relocations).
/// </summary>
internal static class LivepatchSectionRules
{
    internal static void Check(ValidationContext context)
    {
        foreach (ElfSection section in context.Module.Sections)
        {
            bool isNamed = section.Name.StartsWith(LivepatchNames.RelocationSectionPrefix, StringComparison.Ordinal);
            bool isFlagged = section.Flags.HasFlag(ElfSectionFlags.RelaLivepatch);
            // What is neither flagged nor a relocation section the kernel passes by, whatever its name is.
            if (isFlagged || (isNamed && section is ElfRelocationSection))
                CheckSection(context, section, isFlagged);
        }

        if (!context.Dialect.HasArchSections)
        {
            foreach (ElfSection section in context.Module.Sections.Where(
                section => section.Name.StartsWith(LivepatchNames.ArchSectionPrefix, StringComparison.Ordinal)))
            {
                context.Add(SectionMessages.ArchSectionIgnored(context.Whole, section.Name, context.Release));
            }
        }
    }

    private static void CheckSection(ValidationContext context, ElfSection section, bool isFlagged)
    {
        if (section is not ElfRelocationSection { HasAddends: true } relocations)
        {
            Malformed(context, section, "is not of type SHT_RELA");
            return;
        }

        if (!isFlagged)
            context.Add(SectionMessages.FlagMissing(context.Whole, section.Name, Overflow(relocations)));
        string? objectName = CheckName(context, section);
        if (section.Link != context.Module.SymbolTable)
            Malformed(context, section, "does not refer to the module's symbol table (sh_link)");
        bool isLate = objectName is not null && context.Dialect.IsLate(objectName);
        // One that is applied later is not skipped: see LivepatchRelocationRules.
        if (section.InfoSection is not { } target || (!isLate && !target.Flags.HasFlag(ElfSectionFlags.Alloc)))
        {
            context.Add(SectionMessages.Skipped(context.Whole, section.Name));
            return;
        }

        if (objectName is not null && isLate && !section.Flags.HasFlag(ElfSectionFlags.Alloc))
            context.Add(SectionMessages.FreedTooEarly(context.Whole, section.Name, objectName));
        if (objectName is not null && context.IsNeverApplied(objectName))
            context.Add(SectionMessages.OfUnpatchedObject(
                context.Whole,
                section.Name,
                objectName,
                string.Join(", ", context.Tables.Objects.Select(patched => patched.Name).Distinct())));
        if (objectName is not null && context.Tables.Objects.Count == 0 && !context.Knows(objectName))
            context.Add(SectionMessages.ObjectUnknown(
                context.Whole, section.Name, objectName, context.Release, context.QuestionOfObject(objectName)));
        foreach (ElfRelocation relocation in relocations.Relocations.Where(relocation => relocation.Offset >= target.Size))
            Malformed(context, section, $"has a relocation at 0x{relocation.Offset:x}, outside {target.Name} of 0x{target.Size:x} bytes");
    }

    // ADR_PREL_PG_HI21 of arm64 does not reach 0.
    private static string Overflow(ElfRelocationSection section)
    {
        const uint adrPage = 275;
        return section.Link is not null
            && section.Relocations.Any(relocation => relocation.Type == adrPage)
            && section.InfoSection is { } target
            && target.Flags.HasFlag(ElfSectionFlags.Execute)
            ? $", or refuse the livepatch: \"overflow in relocation type {adrPage} val 0\""
            : "";
    }

    // The kernel reads %55[^.] after the prefix and looks no further.
    private static string? CheckName(ValidationContext context, ElfSection section)
    {
        string form = $"is not named {LivepatchNames.RelocationSectionPrefix}<object>.<section> with an object of 1 to "
            + $"{ModuleName.MaxLength} characters";
        if (!section.Name.StartsWith(LivepatchNames.RelocationSectionPrefix, StringComparison.Ordinal)
            || section.Name[LivepatchNames.RelocationSectionPrefix.Length..] is "" or ['.', ..])
        {
            Malformed(
                context,
                section,
                $"{form}. The kernel would refuse the livepatch: \"section {section.Name} has an incorrectly formatted name\"");
            return null;
        }

        string objectName = LivepatchNames.ParseRelocationSection(section.Name)
            ?? section.Name[LivepatchNames.RelocationSectionPrefix.Length..];
        if (objectName.Length <= ModuleName.MaxLength)
            return objectName;
        Malformed(context, section, $"{form}: the kernel would load the livepatch and never apply it");
        return null;
    }

    private static void Malformed(ValidationContext context, ElfSection section, string problem) =>
        context.Add(SectionMessages.Malformed(context.Whole, section.Name, problem));
}
