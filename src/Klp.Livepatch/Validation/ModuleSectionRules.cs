using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
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
    private static readonly string[] NotShown = [ModuleInfo.SectionName, ModuleVersions.BasicSection, ModuleVersions.ExtendedCrcSection, ModuleVersions.ExtendedNameSection, ".data..percpu"];

    internal static void Check(ValidationContext context)
    {
        if (Named(context, ModuleInfo.SectionName).Count > 1)
            context.AddError(DiagnosticCodes.ModinfoDoubled, "The module has more than one .modinfo section. The kernel would refuse it: \"Only one .modinfo section must exist.\". Link it with kbuild.");
        CheckThisModule(context);
        CheckLoaderSections(context);
        CheckPermissions(context);
        CheckNames(context);
        if (Named(context, "__ksymtab").Concat(Named(context, "__ksymtab_gpl")).Any(section => section.Size > 0))
            context.AddWarning(DiagnosticCodes.LivepatchExports, "The livepatch exports symbols. A module that uses them keeps it from being unloaded, and a newer livepatch cannot export them too. Remove EXPORT_SYMBOL from its sources.");
    }

    private static void CheckThisModule(ValidationContext context)
    {
        string label = context.Info.Find("name") ?? NoName;
        List<ElfSection> all = Named(context, ReferenceModule.ThisModule);
        string? problem = all switch
        {
            not [_] => $"module {label}: Exactly one {ReferenceModule.ThisModule} section must exist.",
            [{ Type: ElfSectionType.NoBits }] => $"module {label}: {ReferenceModule.ThisModule} section must have a size set",
            [var section] when !section.Flags.HasFlag(ElfSectionFlags.Alloc) => $"module {label}: {ReferenceModule.ThisModule} must occupy memory during process execution",
            [var section] when context.Reference is { } reference && section.Size != reference.StructModuleSize => $"module {label}: {ReferenceModule.ThisModule} section size must match the kernel's built struct module size at run time",
            _ => null,
        };
        if (problem is not null)
            context.AddError(DiagnosticCodes.ThisModuleWrong, $"The section {ReferenceModule.ThisModule} is not one of the kernel {context.Release}{(all is [var only] && context.Reference is { } known ? $": it has {only.Size} bytes, those of the kernel's modules {known.StructModuleSize}" : "")}. The kernel would refuse the module: \"{problem}\". Build it against the headers and configuration of this kernel.");
    }

    private static void CheckLoaderSections(ValidationContext context)
    {
        foreach ((_, string name, string? message) in LoaderSections.Where(section => section.Machine == context.Module.Header.Machine))
        {
            // Which of them a version needs, its own modules show.
            if (context.Module.FindSection(name) is not null || context.Reference is not { } reference || !reference.SectionNames.Contains(name))
                continue;
            string quote = message is null ? "" : $": \"{context.Name}: {message}\"";
            context.AddError(DiagnosticCodes.PltSectionMissing, $"The module has no section {name}, which the module loader of {context.Tree.Architecture} needs. The kernel would refuse it{quote}. Link it with kbuild, which adds the section.");
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
                context.AddError(DiagnosticCodes.WritableExecutableSection, $"The section {section.Name} is both writable and executable. The kernel would refuse the module: \"{context.Name}: section {section.Name} (index {i}) has invalid WRITE|EXEC flags\". Correct the flags of the section in the assembly that makes it.");
        }
    }

    // add_sect_attrs() of kernel/module/sysfs.c: a file for each section that stays in memory.
    private static void CheckNames(ValidationContext context)
    {
        IEnumerable<ElfSection> shown = context.Module.Sections.Where(section => section.Flags.HasFlag(ElfSectionFlags.Alloc) && section.Size > 0 && !NotShown.Contains(section.Name));
        foreach (IGrouping<string, ElfSection> same in shown.GroupBy(section => section.Name).Where(group => group.Count() > 1))
        {
            string problem = $"The module has {same.Count()} loaded sections named {same.Key}, and the kernel makes a file of each name";
            string quote = $"\"sysfs: cannot create duplicate filename '/module/{context.Name}/sections/{same.Key}'\"";
            const string fix = "Link the module with kbuild, which joins sections of one name.";
            if (context.Dialect.RefusesSectionsOfOneName)
                context.AddError(DiagnosticCodes.SectionNameTwice, $"{problem}. It would refuse the module with EEXIST: {quote}. {fix}");
            else
                context.AddWarning(DiagnosticCodes.SectionNameTwice, $"{problem}. It would load the module, without any such file, and log {quote}. {fix}");
        }
    }

    private static List<ElfSection> Named(ValidationContext context, string name) => [.. context.Module.Sections.Where(section => section.Name == name)];
}
