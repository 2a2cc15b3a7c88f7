using Klp.Elf;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Diagnostics;
using Klp.Livepatch.Kernel;

namespace Klp.Livepatch.Validation;

/// <summary>The form of livepatch relocation sections (kernel/livepatch/core.c, klp_write_section_relocs and klp_resolve_symbols; kernel/module/main.c, apply_relocations).</summary>
internal static class LivepatchSectionRules
{
    internal static void Check(ValidationContext context)
    {
        foreach (ElfSection section in context.Module.Sections)
        {
            bool isNamed = section.Name.StartsWith(LivepatchNames.RelocationSectionPrefix, StringComparison.Ordinal);
            bool isFlagged = section.Flags.HasFlag(ElfSectionFlags.RelaLivepatch);
            if (isNamed || isFlagged)
                CheckSection(context, section, isFlagged);
        }
    }

    private static void CheckSection(ValidationContext context, ElfSection section, bool isFlagged)
    {
        string? objectName = LivepatchNames.ParseRelocationSection(section.Name);
        if (!isFlagged)
            Malformed(context, section, "lacks the flag SHF_RELA_LIVEPATCH (0x00100000): the module loader would take it for an ordinary one and write null pointers");
        if (!section.Flags.HasFlag(ElfSectionFlags.Alloc))
            Malformed(context, section, "lacks the flag SHF_ALLOC: it would be freed after loading, and read again when its object is loaded");
        string form = $"is not named {LivepatchNames.RelocationSectionPrefix}<object>.<section> with an object of 1 to {ModuleName.MaxLength} characters";
        // The kernel reads %55[^.] after the prefix and looks no further.
        if (!section.Name.StartsWith(LivepatchNames.RelocationSectionPrefix, StringComparison.Ordinal) || section.Name[LivepatchNames.RelocationSectionPrefix.Length..] is "" or ['.', ..])
            Malformed(context, section, $"{form}. The kernel would refuse the livepatch: \"section {section.Name} has an incorrectly formatted name\"");
        else if (objectName is null || objectName.Length > ModuleName.MaxLength)
            Malformed(context, section, $"{form}: the kernel would load the livepatch and never apply it");
        if (section is not ElfRelocationSection { HasAddends: true } relocations)
        {
            Malformed(context, section, "is not of type SHT_RELA");
            return;
        }

        if (section.Link != context.Module.SymbolTable)
            Malformed(context, section, "does not refer to the module's symbol table (sh_link)");
        if (section.InfoSection is not { } target || !target.Flags.HasFlag(ElfSectionFlags.Alloc))
        {
            Malformed(context, section, "does not apply to a loaded section (sh_info): the kernel would silently skip it");
            return;
        }

        CheckRelocations(context, relocations, objectName, target);
    }

    private static void CheckRelocations(ValidationContext context, ElfRelocationSection section, string? objectName, ElfSection target)
    {
        // klp_resolve_symbols prints the index of the symbol table where it says section.
        int symbolTable = context.Module.Sections.ToList().IndexOf(context.Module.SymbolTable!);
        for (int i = 0; i < section.Relocations.Count; i++)
        {
            ElfRelocation relocation = section.Relocations[i];
            if (relocation.Symbol is not { IsLivepatch: true } symbol)
                context.AddError(DiagnosticCodes.RelocationSymbolNotLivepatch, $"Relocation {i} of {section.Name} refers to '{relocation.Symbol?.Name}', whose section index is not SHN_LIVEPATCH (0xff20). The kernel would refuse the livepatch: \"symbol {relocation.Symbol?.Name} at rela sec {symbolTable} idx {i} is not marked as a livepatch symbol\".");
            else if (context.Dialect.ResolvesVmlinuxAtLoad && objectName != ModuleName.Vmlinux && LivepatchNames.ParseSymbol(symbol.Name) is { ObjectName: ModuleName.Vmlinux, Name: var name })
                context.AddError(DiagnosticCodes.VmlinuxSymbolFromModuleSection, $"Relocation {i} of {section.Name} refers to the symbol '{name}' of vmlinux. The kernel would refuse the livepatch: \"invalid access to vmlinux symbol '{name}' from module-specific livepatch relocation section\". It belongs in {LivepatchNames.RelocationSection(ModuleName.Vmlinux, target.Name)}.");

            if (relocation.Offset >= target.Size)
                Malformed(context, section, $"has a relocation at 0x{relocation.Offset:x}, outside {target.Name} of 0x{target.Size:x} bytes");
        }
    }

    private static void Malformed(ValidationContext context, ElfSection section, string problem) =>
        context.AddError(DiagnosticCodes.LivepatchSectionMalformed, $"The livepatch relocation section {section.Name} {problem}.");
}
