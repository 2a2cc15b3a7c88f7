using System.Text;
using Klp.Elf.Model;
using Klp.Kernel.Trees;

namespace Klp.Livepatch.Validation;

/// <summary>
/// The members of struct module that a module brings along: its name and the addresses of its start and exit functions
/// (include/linux/module.h; kernel/module/main.c, do_init_module and delete_module). The kernel checks the structure's size
/// and nothing in it, so one of another layout loads. The kernel's own modules show where it looks.
/// </summary>
internal static class ThisModuleRules
{
    internal static void Check(ValidationContext context)
    {
        // Another size, or none, is a finding of its own.
        if (context.Reference is not { } reference
            || context.Module.FindSection(ReferenceModule.ThisModule) is not ElfDataSection { HasContents: true } section
            || section.Size != reference.StructModuleSize)
        {
            return;
        }

        CheckName(context, section, reference);
        CheckFunction(
            context,
            section,
            ReferenceModule.StartFunction,
            reference.StartOffset,
            "The kernel would load the livepatch and not start it, without a message");
        CheckFunction(
            context,
            section,
            ReferenceModule.ExitFunction,
            reference.ExitOffset,
            "The kernel would load the livepatch and find no exit function: it could not be unloaded (EBUSY)");
    }

    private static void CheckName(ValidationContext context, ElfDataSection section, ReferenceModule reference)
    {
        byte[] name = Encoding.Latin1.GetBytes((context.Info.Find("name") ?? "") + "\0");
        int at = section.Contents.IndexOf(name);
        if (name.Length > 1 && at >= 0 && reference.NameOffset is { } wanted && !section.Contents[wanted..].StartsWith(name))
            context.Add(ModuleMessages.NameMisplaced(context.Whole, context.Release, at, wanted));
    }

    private static void CheckFunction(ValidationContext context, ElfSection section, string function, ulong? wanted, string effect)
    {
        if (wanted is null
            || context.Module.Symbols.FirstOrDefault(symbol => symbol.Name == function && !symbol.IsUndefined) is not { } symbol)
        {
            return;
        }

        List<ulong> offsets = [.. context.Module.RelocationSections
            .Where(relocations => relocations.InfoSection == section)
            .SelectMany(relocations => relocations.Relocations)
            .Where(relocation => IsAddressOf(relocation, symbol))
            .Select(relocation => relocation.Offset)];
        if (offsets.Contains(wanted.Value))
            return;
        context.Add(ModuleMessages.FunctionMisplaced(
            context.Whole, context.Release, function, offsets.Count > 0 ? offsets[0] : null, wanted.Value, effect));
    }

    private static bool IsAddressOf(ElfRelocation relocation, ElfSymbol function) => relocation.Symbol == function
        ? relocation.Addend == 0
        : relocation.Symbol?.Section is { } section
            && section == function.Section
            && relocation.Symbol.Value + (ulong)relocation.Addend == function.Value;
}
