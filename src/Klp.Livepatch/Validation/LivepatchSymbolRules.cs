using Klp.Elf;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Diagnostics;
using Klp.Livepatch.Kernel;

namespace Klp.Livepatch.Validation;

/// <summary>The names of livepatch symbols and what the kernel finds by them (kernel/livepatch/core.c, klp_resolve_symbols and klp_find_object_symbol).</summary>
internal static class LivepatchSymbolRules
{
    internal static void Check(ValidationContext context, SymbolResolver resolver)
    {
        foreach (ElfSymbol symbol in context.Module.Symbols)
        {
            bool isNamed = symbol.Name.StartsWith(LivepatchNames.SymbolPrefix, StringComparison.Ordinal);
            // Where a livepatch relocation refers to it, that has its own finding.
            if (isNamed && !symbol.IsLivepatch && context.UsesOf(symbol).All(use => !use.Section.Flags.HasFlag(ElfSectionFlags.RelaLivepatch)))
                Malformed(context, symbol, "is not marked with the section index SHN_LIVEPATCH (0xff20): the module loader would refuse it as an unknown symbol");
            else if (symbol.IsLivepatch)
                CheckName(context, symbol, resolver);
        }
    }

    private static void CheckName(ValidationContext context, ElfSymbol symbol, SymbolResolver resolver)
    {
        string refused = $"The kernel would refuse the livepatch: \"symbol {symbol.Name} has an incorrectly formatted name\"";
        if (LivepatchNames.ParseSymbol(symbol.Name) is not { } target)
        {
            Malformed(context, symbol, $"is not named {LivepatchNames.SymbolPrefix}<object>.<name>,<position>. {refused}");
            return;
        }

        if (target.ObjectName.Length > ModuleName.MaxLength || target.Name.Length > context.Dialect.MaxSymbolNameLength)
        {
            Malformed(context, symbol, $"has too long a name: an object's has at most {ModuleName.MaxLength} characters, a symbol's {context.Dialect.MaxSymbolNameLength}. {refused}");
            return;
        }

        // Without a relocation nobody looks for it.
        if (context.UsesOf(symbol).Count == 0)
            return;
        SymbolFinding finding = resolver.Find(target, ResolvedWith(context, symbol));
        string? code = finding.Kind switch
        {
            SymbolFindingKind.NotFound => DiagnosticCodes.LivepatchSymbolNotFound,
            SymbolFindingKind.Ambiguous => DiagnosticCodes.LivepatchSymbolAmbiguous,
            SymbolFindingKind.PositionOutOfRange => DiagnosticCodes.LivepatchSymbolPositionOutOfRange,
            SymbolFindingKind.DependsOnLoadOrder => DiagnosticCodes.PositionDependsOnLoadOrder,
            _ => null,
        };
        if (code is not null)
            context.AddError(code, $"The livepatch symbol {symbol.Name} {finding.Explanation} {Fix(finding.Kind, target)}", symbol);
        else if (resolver.FreedSection(target) is { } section)
            context.AddError(DiagnosticCodes.InitSymbol, $"The livepatch symbol {symbol.Name} is in {section} of vmlinux, which the kernel frees after it has started. The kernel would load the livepatch, and it would use whatever the memory holds then. Copy the source of '{target.Name}' into the livepatch.", symbol);
    }

    private static string Fix(SymbolFindingKind kind, KernelSymbol target) => kind == SymbolFindingKind.DependsOnLoadOrder
        ? $"Copy the source of '{target.Name}' into the livepatch instead."
        : "Convert the module with the symbol database of this kernel.";

    // The object whose loading resolves the symbol; vmlinux as the livepatch itself loads.
    private static string ResolvedWith(ValidationContext context, ElfSymbol symbol) =>
        context.UsesOf(symbol).Select(use => LivepatchNames.ParseRelocationSection(use.Section.Name)).FirstOrDefault(name => name is not null) ?? ModuleName.Vmlinux;

    private static void Malformed(ValidationContext context, ElfSymbol symbol, string problem) =>
        context.AddError(DiagnosticCodes.LivepatchSymbolMalformed, $"The livepatch symbol {symbol.Name} {problem}.", symbol);
}
