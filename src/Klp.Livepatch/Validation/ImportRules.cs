using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Modules;

namespace Klp.Livepatch.Validation;

/// <summary>What the module loader resolves (kernel/module/main.c, simplify_symbols and resolve_symbol).</summary>
internal static class ImportRules
{
    private const string ModuleNamespace = "module:";

    // license_is_gpl_compatible() of include/linux/license.h.
    private static readonly string[] GplCompatible = ["GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL"];

    internal static void Check(ValidationContext context)
    {
        foreach ((_, string name) in context.Info.Entries.Where(entry => entry.Tag == "import_ns" && entry.Value.StartsWith(ModuleNamespace, StringComparison.Ordinal)))
            context.AddError(DiagnosticCodes.NamespaceNotImported, $"The module imports the namespace {name}, which is for the modules that it names and cannot be imported. The kernel would refuse the livepatch: \"{context.Name}: module tries to import module namespace: {name}\". Remove the MODULE_IMPORT_NS, and use its symbols as livepatch symbols, with KLP_RELOC_SYMBOL of <klp/relocation.h>.");
        foreach (ElfSymbol symbol in context.Module.Symbols.Skip(1))
        {
            if (symbol.IsUndefined)
                CheckImport(context, symbol);
            else if (symbol is { Section: null, SpecialIndex: ElfSectionIndex.Common } && !symbol.Name.StartsWith("__gnu_lto", StringComparison.Ordinal))
                context.AddError(DiagnosticCodes.CommonSymbol, $"'{symbol.Name}' is a common symbol: declared without extern or an initial value, and compiled with -fcommon. The kernel would refuse the module: \"{context.Name}: please compile with -fno-common\". Compile with the kernel's own flags (kbuild).", symbol);
        }
    }

    private static void CheckImport(ValidationContext context, ElfSymbol symbol)
    {
        if (LoaderSymbols.Contains(symbol.Name))
            return;
        ExportedSymbol? export = context.Exports.Find(symbol.Name);
        bool isWeak = symbol.Binding == ElfSymbolBinding.Weak;
        string unknown = $"\"{context.Name}: Unknown symbol {symbol.Name} (err -2)\"";
        if (export is null)
        {
            if (!isWeak)
                context.AddError(DiagnosticCodes.UndefinedSymbol, $"'{symbol.Name}' is undefined and exported neither by the kernel {context.Release} nor by a module of it. The kernel would refuse the livepatch: {unknown}. Convert the module, remove the use of the symbol, or name the module that exports it: as KlpExternalModule in the project, or with klp's option --module.", symbol);
            return;
        }

        if (export.IsGplOnly && !IsGplCompatible(context))
        {
            // To such a module the loader does not show the export at all.
            if (!isWeak)
                context.AddError(DiagnosticCodes.LicenseIncompatible, $"'{symbol.Name}' is exported for GPL-compatible modules only, and the module's license is {(context.Info.Find("license") is { } license ? $"\"{license}\"" : "not stated")}. The kernel would refuse the livepatch: {unknown}. Add MODULE_LICENSE(\"GPL\"); if that is its license.", symbol);
        }
        else if (export.Namespace.Length > 0)
        {
            CheckNamespace(context, symbol, export.Namespace);
        }
    }

    private static bool IsGplCompatible(ValidationContext context) => GplCompatible.Contains(context.Info.Find("license") ?? "unspecified");

    private static void CheckNamespace(ValidationContext context, ElfSymbol symbol, string name)
    {
        if (context.Info.Entries.Contains(("import_ns", name)) || (name.StartsWith(ModuleNamespace, StringComparison.Ordinal) && IsNamed(name[ModuleNamespace.Length..], context.Name)))
            return;
        string message = $"'{symbol.Name}' is exported in the namespace {name}, which the module does not import. The kernel would refuse the livepatch: \"{context.Name}: module uses symbol ({symbol.Name}) from namespace {name}, but does not import it.\".";
        if (name.StartsWith(ModuleNamespace, StringComparison.Ordinal))
            context.AddError(DiagnosticCodes.NamespaceNotImported, $"{message} Only modules of these names may use it: use it as a livepatch symbol, with KLP_RELOC_SYMBOL of <klp/relocation.h>.", symbol);
        else if (!context.Tree.Config.IsEnabled("MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS"))
            context.AddError(DiagnosticCodes.NamespaceNotImported, $"{message} Add MODULE_IMPORT_NS(\"{name}\"); (without the quotes before 6.13).", symbol);
    }

    // verify_module_namespace(): a list of names, with * at the end of one for any rest; - and _ are one.
    private static bool IsNamed(string list, string moduleName) =>
        list.Replace('-', '_').Split(',').Any(pattern => pattern.EndsWith('*') ? moduleName.StartsWith(pattern[..^1], StringComparison.Ordinal) : pattern == moduleName);
}
