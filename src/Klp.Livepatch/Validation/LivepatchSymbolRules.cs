using Klp.Elf;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Diagnostics;
using Klp.Livepatch.Kernel;

namespace Klp.Livepatch.Validation;

/// <summary>The form of livepatch symbols, and who may refer to them (kernel/livepatch/core.c, klp_resolve_symbols).</summary>
internal static class LivepatchSymbolRules
{
    internal static void Check(ValidationContext context)
    {
        foreach (ElfSymbol symbol in context.Module.Symbols)
        {
            bool isNamed = symbol.Name.StartsWith(LivepatchNames.SymbolPrefix, StringComparison.Ordinal);
            if (isNamed && !symbol.IsLivepatch)
                Malformed(context, symbol, "is not marked with the section index SHN_LIVEPATCH (0xff20): the module loader would refuse it as an unknown symbol");
            else if (symbol.IsLivepatch && LivepatchNames.ParseSymbol(symbol.Name) is null)
                Malformed(context, symbol, $"is not named {LivepatchNames.SymbolPrefix}<object>.<name>,<position>. The kernel would refuse the livepatch: \"symbol {symbol.Name} has an incorrectly formatted name\"");
            else if (symbol.IsLivepatch && LivepatchNames.ParseSymbol(symbol.Name) is { } parsed && (parsed.ObjectName.Length > ModuleName.MaxLength || parsed.Name.Length > context.Dialect.MaxSymbolNameLength))
                Malformed(context, symbol, $"has too long a name: an object's has at most {ModuleName.MaxLength} characters, a symbol's {context.Dialect.MaxSymbolNameLength}. The kernel would refuse the livepatch: \"symbol {symbol.Name} has an incorrectly formatted name\"");
        }

        CheckOrdinaryRelocations(context);
    }

    // The module loader would apply it with the value 0: a null pointer, or an overflow.
    private static void CheckOrdinaryRelocations(ValidationContext context)
    {
        RelocationTypes types = RelocationTypes.For(context.Module.Header.Machine);
        foreach (ElfRelocationSection section in context.Module.RelocationSections)
        {
            // A livepatch section without its flag has its own finding.
            if (section.Flags.HasFlag(ElfSectionFlags.RelaLivepatch) || section.Name.StartsWith(LivepatchNames.RelocationSectionPrefix, StringComparison.Ordinal) || section.InfoSection is not { } target || !target.Flags.HasFlag(ElfSectionFlags.Alloc))
                continue;
            foreach (ElfRelocation relocation in section.Relocations)
            {
                if (relocation.Symbol is { IsLivepatch: true } symbol && !types.IsNone(relocation.Type))
                    context.AddError(DiagnosticCodes.OrdinaryRelocationToLivepatchSymbol, $"The relocation at 0x{relocation.Offset:x} of {section.Name} is an ordinary one but refers to the livepatch symbol {symbol.Name}. The module loader would resolve it to null. It belongs in a {LivepatchNames.RelocationSectionPrefix} section.");
            }
        }
    }

    private static void Malformed(ValidationContext context, ElfSymbol symbol, string problem) =>
        context.AddError(DiagnosticCodes.LivepatchSymbolMalformed, $"The livepatch symbol {symbol.Name} {problem}.");
}
