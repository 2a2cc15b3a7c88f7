using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Conversion;
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
        foreach (ElfSection section in context.Module.Sections.Where(section => section != copied && section.Flags.HasFlag(ElfSectionFlags.Alloc) && section.Size > 0))
        {
            if (section.Name == LoaderMemory.PerCpu || section.Name.StartsWith(LoaderMemory.PerCpu + ".", StringComparison.Ordinal))
                context.AddError(DiagnosticCodes.PerCpuSectionIgnored, $"{Variables(context.Module, section)} in the section {section.Name}, but the kernel makes a copy for each CPU only of the first section named {LoaderMemory.PerCpu} and takes this one for ordinary data: every use of the variable would be of memory that is not its own. Define it with DEFINE_PER_CPU(), and link the module with kbuild.");
        }

        if (copied is null || context.Dialect.RelocatesPerCpu)
            return;
        foreach (ElfRelocationSection section in context.Module.RelocationSections.Where(section => section.InfoSection == copied && IsEarly(context, section)))
        {
            foreach (ElfRelocation relocation in section.Relocations.Where(relocation => relocation.Symbol is not null && relocation.Type != context.Tree.Architecture.IgnoredRelocationType))
                context.AddError(DiagnosticCodes.LoadedNeverRelocated, $"{context.Describe(new ElfPlace(copied, relocation.Offset))} is a per-CPU variable that begins with an address. {LoaderHazards.NotRelocated} Set the variable at run time, for_each_possible_cpu(), before klp_enable_patch().", new ElfPlace(copied, relocation.Offset));
        }
    }

    // One that is applied later has another finding.
    private static bool IsEarly(ValidationContext context, ElfRelocationSection section) =>
        LivepatchNames.ParseRelocationSection(section.Name) is not { } objectName || !context.Dialect.IsLate(objectName);

    private static string Variables(ElfObject module, ElfSection section) =>
        module.Symbols.Where(symbol => symbol.Section == section && symbol.Type == ElfSymbolType.Object).Select(symbol => symbol.Name).ToList() switch
        {
            [var only] => $"The per-CPU variable {only} is",
            [_, ..] names => $"The per-CPU variables {string.Join(", ", names)} are",
            _ => "There are per-CPU variables",
        };
}
