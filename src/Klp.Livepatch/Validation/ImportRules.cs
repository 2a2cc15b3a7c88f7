using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Modules;

namespace Klp.Livepatch.Validation;

/// <summary>What the module loader resolves (kernel/module/main.c, simplify_symbols and resolve_symbol).</summary>
internal static class ImportRules
{
    private const string ModuleNamespace = "module:";

    // license_is_gpl_compatible() of include/linux/license.h.
    private static readonly string[] GplCompatible =
    [
        "GPL",
        "GPL v2",
        "GPL and additional rights",
        "Dual BSD/GPL",
        "Dual MIT/GPL",
        "Dual MPL/GPL",
    ];

    internal static void Check(ValidationContext context)
    {
        foreach ((_, string name) in context.Info.Entries.Where(
            entry => entry.Tag == "import_ns" && entry.Value.StartsWith(ModuleNamespace, StringComparison.Ordinal)))
            context.Add(ImportMessages.ModuleNamespaceImported(context.Whole, name, context.Name));
        foreach (ElfSymbol symbol in context.Module.Symbols.Skip(1))
        {
            if (symbol.IsUndefined)
                CheckImport(context, symbol);
            else if (symbol is { Section: null, SpecialIndex: ElfSectionIndex.Common }
                && !symbol.Name.StartsWith("__gnu_lto", StringComparison.Ordinal))
            {
                context.Add(ImportMessages.CommonSymbol(context.PlaceOf(symbol), symbol.Name, context.Name));
            }
        }
    }

    private static void CheckImport(ValidationContext context, ElfSymbol symbol)
    {
        if (LoaderSymbols.Contains(symbol.Name))
            return;
        ExportedSymbol? export = context.Exports.Find(symbol.Name);
        bool isWeak = symbol.Binding == ElfSymbolBinding.Weak;
        if (export is null)
        {
            if (!isWeak)
                context.Add(ImportMessages.NotExported(context.PlaceOf(symbol), symbol.Name, context.Release, context.Name));
            return;
        }

        if (export.IsGplOnly && !IsGplCompatible(context))
        {
            // To such a module the loader does not show the export at all.
            if (!isWeak)
                context.Add(ImportMessages.LicenseIncompatible(
                    context.PlaceOf(symbol), symbol.Name, context.Info.Find("license"), context.Name));
        }
        else if (export.Namespace.Length > 0)
        {
            CheckNamespace(context, symbol, export.Namespace);
        }
    }

    private static bool IsGplCompatible(ValidationContext context) => GplCompatible.Contains(context.Info.Find("license") ?? "unspecified");

    private static void CheckNamespace(ValidationContext context, ElfSymbol symbol, string name)
    {
        if (context.Info.Entries.Contains(("import_ns", name))
            || (name.StartsWith(ModuleNamespace, StringComparison.Ordinal) && IsNamed(name[ModuleNamespace.Length..], context.Name)))
        {
            return;
        }

        bool isOfModules = name.StartsWith(ModuleNamespace, StringComparison.Ordinal);
        if (isOfModules || !context.Tree.Config.IsEnabled("MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS"))
            context.Add(ImportMessages.NamespaceNotImported(context.PlaceOf(symbol), symbol.Name, name, context.Name, isOfModules));
    }

    // verify_module_namespace(): a list of names, with * at the end of one for any rest; - and _ are one.
    private static bool IsNamed(string list, string moduleName) =>
        list.Replace('-', '_')
            .Split(',')
            .Any(pattern => pattern.EndsWith('*') ? moduleName.StartsWith(pattern[..^1], StringComparison.Ordinal) : pattern == moduleName);
}
