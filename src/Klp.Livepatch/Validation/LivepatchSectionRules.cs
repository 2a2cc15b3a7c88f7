using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Validation;

/// <summary>The form of livepatch relocation sections (kernel/livepatch/core.c, klp_write_section_relocs; kernel/module/main.c, apply_relocations).</summary>
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
            foreach (ElfSection section in context.Module.Sections.Where(section => section.Name.StartsWith(LivepatchNames.ArchSectionPrefix, StringComparison.Ordinal)))
                context.AddError(DiagnosticCodes.ArchSectionIgnored, $"The section {section.Name} is for x86 kernels from 4.9 to 5.7. The kernel {context.Release} ignores it: the code that its entries are about would never be rewritten. Convert the module for this kernel.");
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
            context.AddError(DiagnosticCodes.LivepatchFlagMissing, $"The livepatch relocation section {section.Name} lacks the flag SHF_RELA_LIVEPATCH (0x00100000): the module loader would take it for an ordinary one, resolve its symbols to 0, and write null pointers{Overflow(relocations)}. Convert the module with its flags.");
        string? objectName = CheckName(context, section);
        if (section.Link != context.Module.SymbolTable)
            Malformed(context, section, "does not refer to the module's symbol table (sh_link)");
        bool isLate = objectName is not null && context.Dialect.IsLate(objectName);
        // One that is applied later is not skipped: see LivepatchRelocationRules.
        if (section.InfoSection is not { } target || (!isLate && !target.Flags.HasFlag(ElfSectionFlags.Alloc)))
        {
            context.AddError(DiagnosticCodes.LivepatchSectionSkipped, $"The livepatch relocation section {section.Name} does not apply to a loaded section (sh_info): the kernel would silently skip it, and its symbols would be null.");
            return;
        }

        if (isLate && !section.Flags.HasFlag(ElfSectionFlags.Alloc))
            context.AddError(DiagnosticCodes.LivepatchSectionFreed, $"The livepatch relocation section {section.Name} lacks the flag SHF_ALLOC: it would be freed after loading, and read again when {objectName} is loaded. The kernel would crash.");
        if (objectName is not null && context.IsNeverApplied(objectName))
            context.AddError(DiagnosticCodes.SectionOfUnpatchedObject, $"The livepatch relocation section {section.Name} is for '{objectName}', but no klp_object of the livepatch has that name: the kernel would never apply it, and its symbols would be null. The livepatch patches {string.Join(", ", context.Tables.Objects.Select(patched => patched.Name).Distinct())}.");
        if (objectName is not null && context.Tables.Objects.Count == 0 && !context.Knows(objectName))
            context.AddWarning(DiagnosticCodes.ProviderUnknown, $"The livepatch relocation section {section.Name} is for '{objectName}', which is neither vmlinux nor a module of the kernel {context.Release}: the kernel would apply it only when a module of that name is loaded, and until then its symbols are null.{context.QuestionOfObject(objectName)} Correct the name; of a module built outside the tree, name the file with the item KlpExternalModule or with --module.");
        foreach (ElfRelocation relocation in relocations.Relocations.Where(relocation => relocation.Offset >= target.Size))
            Malformed(context, section, $"has a relocation at 0x{relocation.Offset:x}, outside {target.Name} of 0x{target.Size:x} bytes");
    }

    // ADR_PREL_PG_HI21 of arm64 does not reach 0.
    private static string Overflow(ElfRelocationSection section)
    {
        const uint adrPage = 275;
        return section.Link is not null && section.Relocations.Any(relocation => relocation.Type == adrPage) && section.InfoSection is { } target && target.Flags.HasFlag(ElfSectionFlags.Execute)
            ? $", or refuse the livepatch: \"overflow in relocation type {adrPage} val 0\""
            : "";
    }

    // The kernel reads %55[^.] after the prefix and looks no further.
    private static string? CheckName(ValidationContext context, ElfSection section)
    {
        string form = $"is not named {LivepatchNames.RelocationSectionPrefix}<object>.<section> with an object of 1 to {ModuleName.MaxLength} characters";
        if (!section.Name.StartsWith(LivepatchNames.RelocationSectionPrefix, StringComparison.Ordinal) || section.Name[LivepatchNames.RelocationSectionPrefix.Length..] is "" or ['.', ..])
        {
            Malformed(context, section, $"{form}. The kernel would refuse the livepatch: \"section {section.Name} has an incorrectly formatted name\"");
            return null;
        }

        string objectName = LivepatchNames.ParseRelocationSection(section.Name) ?? section.Name[LivepatchNames.RelocationSectionPrefix.Length..];
        if (objectName.Length <= ModuleName.MaxLength)
            return objectName;
        Malformed(context, section, $"{form}: the kernel would load the livepatch and never apply it");
        return null;
    }

    private static void Malformed(ValidationContext context, ElfSection section, string problem) =>
        context.AddError(DiagnosticCodes.LivepatchSectionMalformed, $"The livepatch relocation section {section.Name} {problem}.");
}
