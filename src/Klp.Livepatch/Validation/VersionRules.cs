using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Modules;

namespace Klp.Livepatch.Validation;

/// <summary>The CRCs of imports with CONFIG_MODVERSIONS (kernel/module/version.c, check_version and check_modstruct_version).</summary>
internal static class VersionRules
{
    private const string ModuleLayout = "module_layout";

    internal static void Check(ValidationContext context)
    {
        ModuleVersions? versions = ModuleVersions.Read(context.Module);
        if (versions?.Problem is { } problem)
            context.AddError(DiagnosticCodes.VersionTableIncomplete, $"The sections {ModuleVersions.ExtendedCrcSection} and {ModuleVersions.ExtendedNameSection} do not fit together. The kernel would refuse the module: \"{problem}\". Link it with kbuild.");
        if (!context.Tree.Config.IsEnabled("MODVERSIONS") || versions is { Problem: not null })
            return;
        if (context.Exports.Find(ModuleLayout) is { Crc: not null } layout)
            CheckImport(context, versions, layout, null);
        foreach (ElfSymbol symbol in context.Module.Symbols.Skip(1).Where(symbol => symbol.IsUndefined))
        {
            if (context.Exports.Find(symbol.Name) is { Crc: not null } export)
                CheckImport(context, versions, export, symbol);
        }
    }

    private static void CheckImport(ValidationContext context, ModuleVersions? versions, ExportedSymbol export, ElfSymbol? symbol)
    {
        if (versions is null)
        {
            if (!context.Tree.Config.IsEnabled("MODULE_FORCE_LOAD"))
                context.AddError(DiagnosticCodes.ImportVersionMismatch, $"The module has no CRCs of its imports, which the kernel {context.Release} with CONFIG_MODVERSIONS needs. It would refuse the module. Build it with the kernel's Module.symvers.");
            return;
        }

        uint wanted = export.Crc!.Value;
        string label = context.Info.Find("name") ?? context.Name;
        if (versions.Crcs.TryGetValue(export.Name, out uint own))
        {
            if (own != wanted)
                Report(context, export.Name, symbol, $"The module expects '{export.Name}' with the CRC 0x{own:x8}, the kernel {context.Release} has it with 0x{wanted:x8}: its declaration, or a structure it uses, is another. The kernel would refuse the module: \"{label}: disagrees about version of symbol {export.Name}\". Build it against the headers of this kernel.");
        }
        else if (!versions.IsExtended)
        {
            string cause = export.Name.Length > ModuleVersions.LongestBasicName ? $" The name is longer than the {ModuleVersions.LongestBasicName} characters that the table can hold." : "";
            Report(context, export.Name, symbol, $"The module has no CRC for '{export.Name}'.{cause} The kernel {context.Release} would refuse the module: \"{label}: no symbol version for {export.Name}\". Build it with the kernel's Module.symvers.");
        }
    }

    private static void Report(ValidationContext context, string name, ElfSymbol? symbol, string message)
    {
        string code = name == ModuleLayout ? DiagnosticCodes.ModuleLayoutMismatch : DiagnosticCodes.ImportVersionMismatch;
        if (symbol is null)
            context.AddError(code, message);
        else
            context.AddError(code, message, symbol);
    }
}
