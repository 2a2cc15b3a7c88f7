using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Validation;

/// <summary>The per-CPU variables of a module (kernel/module/main.c, percpu_modalloc, apply_relocations and percpu_modcopy).</summary>
internal static class PerCpuRules
{
    internal static void Check(ValidationContext context)
    {
        // Without CONFIG_SMP they are ordinary data.
        if (!context.Tree.Config.IsEnabled("SMP"))
            return;
        ElfSection? copied = context.Module.FindSection(LoaderMemory.PerCpu);
        foreach (ElfSection section in context.Module.Sections.Where(
            section => section != copied && section.Flags.HasFlag(ElfSectionFlags.Alloc) && section.Size > 0))
        {
            if (section.Name == LoaderMemory.PerCpu || section.Name.StartsWith(LoaderMemory.PerCpu + ".", StringComparison.Ordinal))
                context.Add(PerCpuMessages.SectionIgnored(context.Whole, Variables(context.Module, section), section.Name));
        }

        if (copied is null || context.Dialect.RelocatesPerCpu)
            return;
        foreach (ElfRelocationSection section in context.Module.RelocationSections.Where(
            section => section.InfoSection == copied && IsEarly(context, section)))
        {
            foreach (ElfRelocation relocation in section.Relocations.Where(
                relocation => relocation.Symbol is not null && relocation.Type != context.Tree.Architecture.IgnoredRelocationType))
            {
                context.Add(PerCpuMessages.NotRelocated(
                    context.PlaceOf(new ElfPlace(copied, relocation.Offset)), context.Describe(new ElfPlace(copied, relocation.Offset))));
            }
        }
    }

    // One that is applied later has another finding.
    private static bool IsEarly(ValidationContext context, ElfRelocationSection section) =>
        LivepatchNames.ParseRelocationSection(section.Name) is not { } objectName || !context.Dialect.IsLate(objectName);

    private static string Variables(ElfObject module, ElfSection section) =>
        module.Symbols
            .Where(symbol => symbol.Section == section && symbol.Type == ElfSymbolType.Object)
            .Select(symbol => symbol.Name)
            .ToList() switch
        {
            [var only] => $"The per-CPU variable {only} is",
            [_, ..] names => $"The per-CPU variables {string.Join(", ", names)} are",
            _ => "There are per-CPU variables",
        };
}
