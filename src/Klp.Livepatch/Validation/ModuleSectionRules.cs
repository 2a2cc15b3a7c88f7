using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Modules;
using Klp.Kernel.Trees;

namespace Klp.Livepatch.Validation;

/// <summary>
/// The sections that the module loader looks for (kernel/module/main.c, elf_validity_cache_index; arch/*/kernel/module*.c,
/// module_frob_arch_sections; kernel/module/strict_rwx.c).
/// </summary>
internal static class ModuleSectionRules
{
    private const string NoName = "(missing .modinfo section or name field)";

    private static readonly (ElfMachine Machine, string Name, string? Message)[] LoaderSections =
    [
        (ElfMachine.AArch64, ".plt", "module PLT section(s) missing"),
        (ElfMachine.AArch64, ".init.plt", "module PLT section(s) missing"),
        (ElfMachine.AArch64, ".text.ftrace_trampoline", null),
        (ElfMachine.AArch64, ".init.text.ftrace_trampoline", null),
        (ElfMachine.PowerPC64, ".stubs", "doesn't contain .stubs."),
        (ElfMachine.LoongArch, ".got", "module GOT section(s) missing"),
        (ElfMachine.LoongArch, ".plt", "module PLT section(s) missing"),
        (ElfMachine.LoongArch, ".plt.idx", "module PLT.IDX section(s) missing"),
    ];

    // Sections of which the loader takes SHF_ALLOC away (rewrite_section_headers and setup_load_info), as it reads them itself.
    private static readonly string[] NotShown =
    [
        ModuleInfo.SectionName,
        ModuleVersions.BasicSection,
        ModuleVersions.ExtendedCrcSection,
        ModuleVersions.ExtendedNameSection,
        ".data..percpu",
    ];

    internal static void Check(ValidationContext context)
    {
        if (Named(context, ModuleInfo.SectionName).Count > 1)
            context.Add(ModuleSectionMessages.ModinfoTwice(context.Whole));
        CheckThisModule(context);
        CheckLoaderSections(context);
        CheckPermissions(context);
        CheckNames(context);
        if (Named(context, "__ksymtab").Concat(Named(context, "__ksymtab_gpl")).Any(section => section.Size > 0))
            context.Add(ModuleSectionMessages.Exports(context.Whole));
    }

    private static void CheckThisModule(ValidationContext context)
    {
        string label = context.Info.Find("name") ?? NoName;
        List<ElfSection> all = Named(context, ReferenceModule.ThisModule);
        string? problem = all switch
        {
            not [_] => $"module {label}: Exactly one {ReferenceModule.ThisModule} section must exist.",
            [{ Type: ElfSectionType.NoBits }] => $"module {label}: {ReferenceModule.ThisModule} section must have a size set",
            [var section] when !section.Flags.HasFlag(ElfSectionFlags.Alloc) =>
                $"module {label}: {ReferenceModule.ThisModule} must occupy memory during process execution",
            [var section] when context.Reference is { } reference && section.Size != reference.StructModuleSize =>
                $"module {label}: {ReferenceModule.ThisModule} section size must match the kernel's built struct module size at run time",
            _ => null,
        };
        if (problem is not null)
            context.Add(ModuleSectionMessages.ThisModuleWrong(
                context.Whole, context.Release, all is [var only] ? only.Size : null, context.Reference?.StructModuleSize, problem));
    }

    private static void CheckLoaderSections(ValidationContext context)
    {
        foreach ((_, string name, string? message) in LoaderSections.Where(section => section.Machine == context.Module.Header.Machine))
        {
            // Which of them a version needs, its own modules show.
            if (context.Module.FindSection(name) is not null
                || context.Reference is not { } reference
                || !reference.SectionNames.Contains(name))
            {
                continue;
            }

            string quote = message is null ? "" : $": \"{context.Name}: {message}\"";
            context.Add(ModuleSectionMessages.LoaderSectionMissing(context.Whole, name, context.Tree.Architecture.ToString(), quote));
        }
    }

    private static void CheckPermissions(ValidationContext context)
    {
        if (!context.Tree.Config.IsEnabled("STRICT_MODULE_RWX"))
            return;
        for (int i = 0; i < context.Module.Sections.Count; i++)
        {
            ElfSection section = context.Module.Sections[i];
            if (section.Flags.HasFlag(ElfSectionFlags.Write) && section.Flags.HasFlag(ElfSectionFlags.Execute))
                context.Add(ModuleSectionMessages.WritableExecutable(context.Whole, section.Name, context.Name, i));
        }
    }

    // add_sect_attrs() of kernel/module/sysfs.c: a file for each section that stays in memory.
    private static void CheckNames(ValidationContext context)
    {
        IEnumerable<ElfSection> shown = context.Module.Sections.Where(
            section => section.Flags.HasFlag(ElfSectionFlags.Alloc) && section.Size > 0 && !NotShown.Contains(section.Name));
        foreach (IGrouping<string, ElfSection> same in shown.GroupBy(section => section.Name).Where(group => group.Count() > 1))
        {
            context.Add(ModuleSectionMessages.NameTwice(
                context.Whole, same.Count(), same.Key, context.Name, context.Dialect.RefusesSectionsOfOneName));
        }
    }

    private static List<ElfSection> Named(ValidationContext context, string name) =>
        [.. context.Module.Sections.Where(section => section.Name == name)];
}
