using Klp.DebugInfo.Btf;
using Klp.Elf.Model;
using Klp.Kernel.Facts;

namespace Klp.Livepatch.Validation;

/// <summary>
/// The BTF of a module, which adds to that of the kernel it was built with (kernel/bpf/btf.c, btf_module_notify). A kernel with
/// CONFIG_DEBUG_INFO_BTF_MODULES reads it as the module loads, and what does not go with its own types it refuses, or with
/// CONFIG_MODULE_ALLOW_BTF_MISMATCH leaves out.
/// </summary>
internal static class ModuleBtfRules
{
    private const string DistilledBase = ".BTF.base";

    // Before, .BTF.base is nothing to the kernel.
    private static readonly KernelVersion DistilledSince = new(6, 11);

    internal static void Check(ValidationContext context)
    {
        if (!context.Tree.Config.IsEnabled("DEBUG_INFO_BTF_MODULES")
            || context.Module.FindSection(BtfTypes.SectionName) is not ElfDataSection { HasContents: true, Size: > 0 } section)
        {
            return;
        }

        BtfTypes? kernel = context.Tree.DebugInfo.VmlinuxTypes;
        BtfTypes? basis = context.Tree.Version >= DistilledSince
            && context.Module.FindSection(DistilledBase) is ElfDataSection { HasContents: true, Size: > 0 } distilled
            ? BtfTypes.Read(distilled.Contents.ToArray(), context.Module.Header.ByteOrder)
            : kernel;
        BtfSectionCheck check = new(section.Contents.ToArray(), context.Module.Header.ByteOrder, context.Tree.Version, basis, kernel);
        if (check.Find() is not (var error, { } problem))
            return;

        bool isLeftOut = context.Tree.Config.IsEnabled("MODULE_ALLOW_BTF_MISMATCH");
        context.Add(ModuleMessages.BtfInvalid(context.Whole, context.Release, problem, context.Name, error, isLeftOut));
    }
}
