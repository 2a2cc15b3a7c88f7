using System.Text;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
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
        if (context.Reference is not { } reference || context.Module.FindSection(ReferenceModule.ThisModule) is not ElfDataSection { HasContents: true } section || section.Size != reference.StructModuleSize)
            return;
        CheckName(context, section, reference);
        CheckFunction(context, section, ReferenceModule.StartFunction, reference.StartOffset, "The kernel would load the livepatch and not start it, without a message");
        CheckFunction(context, section, ReferenceModule.ExitFunction, reference.ExitOffset, "The kernel would load the livepatch and find no exit function: it could not be unloaded (EBUSY)");
    }

    private static void CheckName(ValidationContext context, ElfDataSection section, ReferenceModule reference)
    {
        byte[] name = Encoding.Latin1.GetBytes((context.Info.Find("name") ?? "") + "\0");
        int at = section.Contents.IndexOf(name);
        if (name.Length > 1 && at >= 0 && reference.NameOffset is { } wanted && !section.Contents[wanted..].StartsWith(name))
            context.AddError(DiagnosticCodes.ModuleMemberMisplaced, $"{Layout(context)}: the module's name is at 0x{at:x}, and in the kernel's own modules at 0x{wanted:x}. The kernel would load the livepatch under another name, or none. {Fix}");
    }

    private static void CheckFunction(ValidationContext context, ElfSection section, string function, ulong? wanted, string effect)
    {
        if (wanted is null || context.Module.Symbols.FirstOrDefault(symbol => symbol.Name == function && !symbol.IsUndefined) is not { } symbol)
            return;
        List<ulong> offsets = [.. context.Module.RelocationSections
            .Where(relocations => relocations.InfoSection == section)
            .SelectMany(relocations => relocations.Relocations)
            .Where(relocation => IsAddressOf(relocation, symbol))
            .Select(relocation => relocation.Offset)];
        if (offsets.Contains(wanted.Value))
            return;
        string place = offsets is [var other, ..] ? $"points to {function}() at 0x{other:x}, and" : $"does not point to {function}(), and";
        string overwritten = offsets.Count > 0 ? ", and what it has there would be overwritten" : "";
        context.AddError(DiagnosticCodes.ModuleMemberMisplaced, $"{Layout(context)}: it {place} that of the kernel's own modules does at 0x{wanted.Value:x}. {effect}{overwritten}. {Fix}");
    }

    private static bool IsAddressOf(ElfRelocation relocation, ElfSymbol function) => relocation.Symbol == function
        ? relocation.Addend == 0
        : relocation.Symbol?.Section is { } section && section == function.Section && relocation.Symbol.Value + (ulong)relocation.Addend == function.Value;

    private static string Layout(ValidationContext context) => $"The struct module in {ReferenceModule.ThisModule} is laid out in another way than that of the kernel {context.Release}";

    private const string Fix = "Build it against the headers and configuration of this kernel.";
}
