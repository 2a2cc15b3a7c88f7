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
            context.Add(ImportMessages.VersionTableIncomplete(context.Whole, problem));
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
                context.Add(ImportMessages.NoVersions(context.Whole, context.Release));
            return;
        }

        uint wanted = export.Crc!.Value;
        string label = context.Info.Find("name") ?? context.Name;
        SourcePlace place = symbol is null ? context.Whole : context.PlaceOf(symbol);
        DiagnosticDescriptor code = export.Name == ModuleLayout
            ? DiagnosticCodes.ModuleLayoutMismatch
            : DiagnosticCodes.ImportVersionMismatch;
        if (!versions.Crcs.TryGetValue(export.Name, out uint own))
        {
            if (!versions.IsExtended)
                context.Add(ImportMessages.NoVersion(code, place, export.Name, context.Release, label));
        }
        else if (own != wanted)
        {
            context.Add(ImportMessages.OtherVersion(code, place, export.Name, own, wanted, context.Release, label));
        }
    }
}
