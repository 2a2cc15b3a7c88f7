using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Elf.Relocations;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Validation;

/// <summary>
/// The relocations of livepatch sections (kernel/livepatch/core.c, klp_resolve_symbols; arch/*/kernel/module*.c,
/// apply_relocate_add), and ordinary ones to livepatch symbols.
/// </summary>
internal static class LivepatchRelocationRules
{
    // R_AARCH64_JUMP26 and R_AARCH64_CALL26, which reach 128 MiB.
    private const uint FirstBranch = 282;
    private const uint LastBranch = 283;

    // What objtool klp diff leaves for objtool klp post-link, which makes livepatch relocations of it and leaves it behind.
    private const string ObjtoolPrefix = "__klp_relocs.";

    internal static void Check(ValidationContext context)
    {
        SpecialSections special = context.Livepatch.Special;
        LoaderHazards loader = new(context.Livepatch, context.Dialect, context.Tree.Config);
        LateTableUses tables = new(context.Uses);
        foreach (ElfRelocationSection section in context.LivepatchSections)
        {
            if (section.InfoSection is not { } target)
                continue;
            // A name that the kernel cannot read has its own finding, and so has what it never comes to.
            if (LivepatchNames.ParseRelocationSection(section.Name) is not { } objectName || context.IsNeverApplied(objectName))
                continue;
            for (int i = 0; i < section.Relocations.Count; i++)
                CheckSymbol(context, section, i, objectName);
            if (context.Dialect.IsLate(objectName))
                CheckLate(context, section, objectName, special, loader, tables);
        }

        tables.Report(DiagnosticCodes.SymbolResolvedTooLate, context.Diagnostics);
        foreach (ElfRelocationSection section in context.Module.RelocationSections.Where(
            section => section.InfoSection is { } target && target.Flags.HasFlag(ElfSectionFlags.Alloc)))
        {
            CheckTypes(context, section);
            CheckOrdinary(context, section);
        }
    }

    private static void CheckSymbol(ValidationContext context, ElfRelocationSection section, int index, string objectName)
    {
        ElfRelocation relocation = section.Relocations[index];
        ElfSection target = section.InfoSection!;
        ElfPlace place = new(target, relocation.Offset);
        if (relocation.Symbol is not { IsLivepatch: true } symbol)
            context.Add(RelocationMessages.SymbolNotLivepatch(
                context.PlaceOf(place), index, section.Name, relocation.Symbol?.Name ?? "", Where(context, index)));
        else if (context.Dialect.IsLate(objectName)
            && LivepatchNames.ParseSymbol(symbol.Name) is { ObjectName: var provider, Name: var name }
            && !context.Dialect.IsLate(provider))
        {
            context.Add(RelocationMessages.VmlinuxSymbolFromModuleSection(
                context.PlaceOf(place), index, section.Name, name, LivepatchNames.RelocationSection(ModuleName.Vmlinux, target.Name)));
        }
    }

    // Since 6.19 ("Improve relocation error messages"); it is the index of the symbol table, where the kernel says section.
    private static string Where(ValidationContext context, int index) => context.Tree.Version >= new KernelVersion(6, 19)
        ? $"at rela sec {context.Module.Sections.ToList().IndexOf(context.Module.SymbolTable!)} idx {index} "
        : "";

    // Applied when another module loads, after the loader's own passes over the livepatch.
    private static void CheckLate(
        ValidationContext context,
        ElfRelocationSection section,
        string objectName,
        SpecialSections special,
        LoaderHazards loader,
        LateTableUses tables)
    {
        ElfSection target = section.InfoSection!;
        foreach (ElfRelocation relocation in section.Relocations)
        {
            KernelSymbol symbol = LivepatchNames.ParseSymbol(relocation.Symbol?.Name ?? "")
                ?? new KernelSymbol(objectName, relocation.Symbol?.Name ?? "", 0);
            string name = symbol.Name;
            ElfPlace place = new(target, relocation.Offset);
            if (SpecialSections.IsTable(target.Name))
                tables.Add(target.Name, special.CodeOf(section, relocation), symbol);
            else if (loader.Find(target, relocation, objectName, LateTableUses.InWords(symbol)) is { } hazard)
                Add(context, hazard, place);
            else if (special.At(place).Any())
                context.Add(RelocationMessages.InAlternative(context.PlaceOf(place), context.Describe(place), name, objectName));
            else if (context.Module.Header.Machine == ElfMachine.AArch64
                && relocation.Type is FirstBranch or LastBranch
                && objectName != ModuleName.Vmlinux)
            {
                context.Add(RelocationMessages.DistantBranch(context.PlaceOf(place), context.Describe(place), name, objectName));
            }
        }
    }

    private static void Add(ValidationContext context, LoaderHazard hazard, ElfPlace place)
    {
        (DiagnosticDescriptor code, DiagnosticSeverity severity) = hazard.Kind switch
        {
            LoaderHazardKind.Freed => (DiagnosticCodes.LivepatchSectionFreed, DiagnosticSeverity.Error),
            LoaderHazardKind.NotWritable => (DiagnosticCodes.LatePlaceNotWritable, DiagnosticSeverity.Error),
            // No kernel that was read does anything with it.
            LoaderHazardKind.UnknownSection => (DiagnosticCodes.LateSectionUnknown, DiagnosticSeverity.Warning),
            _ => (DiagnosticCodes.SymbolResolvedTooLate, DiagnosticSeverity.Error),
        };
        context.Add(code.At(context.PlaceOf(place), severity, hazard.Message));
    }

    private static void CheckTypes(ValidationContext context, ElfRelocationSection section)
    {
        foreach (ElfRelocation relocation in section.Relocations.Where(
            relocation => IsTooNarrow(context.Module.Header.Machine, relocation.Type)
                && relocation.Symbol is { } symbol
                && (symbol.Section is not null || symbol.IsUndefined || symbol.IsLivepatch)))
        {
            context.Add(RelocationMessages.TooNarrow(
                context.PlaceOf(new ElfPlace(section.InfoSection!, relocation.Offset)),
                context.Describe(new ElfPlace(section.InfoSection!, relocation.Offset)),
                relocation.Symbol!.Name,
                RelocationTypes.For(context.Module.Header.Machine).Name(relocation.Type),
                relocation.Type));
        }

        foreach (ElfRelocation relocation in section.Relocations.Where(
            relocation => !context.Tree.Architecture.LoaderApplies(relocation.Type)))
        {
            string name = RelocationTypes.For(context.Module.Header.Machine).Name(relocation.Type);
            context.Add(RelocationMessages.TypeUnknown(
                context.PlaceOf(new ElfPlace(section.InfoSection!, relocation.Offset)),
                context.Describe(new ElfPlace(section.InfoSection!, relocation.Offset)),
                relocation.Symbol?.Name ?? "",
                name,
                context.Tree.Architecture.ToString(),
                Quote(context, relocation.Type),
                RelocationHazards.UnknownTypeAdvice(relocation.Symbol)));
        }
    }

    // Addresses of the kernel and its modules do not fit into 32 bits, nor on x86 into 32 bits without a sign.
    private static bool IsTooNarrow(ElfMachine machine, uint type) =>
        (machine, type) is (ElfMachine.AArch64, 258 or 259) or (ElfMachine.X8664, 10);

    private static string Quote(ValidationContext context, uint type) => context.Module.Header.Machine switch
    {
        ElfMachine.AArch64 => $": \"module {context.Name}: unsupported RELA relocation: {type}\"",
        ElfMachine.X8664 => $": \"{context.Name}: Unknown rela relocation: {type}\"",
        ElfMachine.S390 => $": \"module {context.Name}: unknown relocation: {type}\"",
        ElfMachine.PowerPC64 => $": \"{context.Name}: Unknown ADD relocation: {type}\"",
        _ => "",
    };

    // The module loader would apply it with the value 0: a null pointer, or an overflow.
    private static void CheckOrdinary(ValidationContext context, ElfRelocationSection section)
    {
        // A livepatch section without its flag has its own finding.
        if (section.Flags.HasFlag(ElfSectionFlags.RelaLivepatch)
            || section.Name.StartsWith(LivepatchNames.RelocationSectionPrefix, StringComparison.Ordinal)
            || IsLeftOver(context, section.InfoSection!))
        {
            return;
        }

        RelocationTypes types = RelocationTypes.For(context.Module.Header.Machine);
        foreach (ElfRelocation relocation in section.Relocations)
        {
            if (relocation.Symbol is { IsLivepatch: true } symbol && !types.IsNone(relocation.Type))
                context.Add(RelocationMessages.OrdinaryToLivepatchSymbol(
                    context.PlaceOf(new ElfPlace(section.InfoSection!, relocation.Offset)), relocation.Offset, section.Name, symbol.Name));
        }
    }

    // Loaded and relocated to nulls, and read by nobody as long as nothing refers to it.
    private static bool IsLeftOver(ValidationContext context, ElfSection section) =>
        section.Name.StartsWith(ObjtoolPrefix, StringComparison.Ordinal)
        && context.Module.Symbols
            .Where(symbol => symbol.Section == section)
            .All(symbol => context.UsesOf(symbol).All(use => use.Section.InfoSection == section));
}
