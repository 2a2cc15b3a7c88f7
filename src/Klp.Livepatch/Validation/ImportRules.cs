using Klp.Elf;
using Klp.Livepatch.Diagnostics;
using Klp.Livepatch.Kernel;

namespace Klp.Livepatch.Validation;

/// <summary>What the module loader resolves: undefined symbols are exports or weak (kernel/module/main.c, simplify_symbols).</summary>
internal static class ImportRules
{
    internal static void Check(ValidationContext context)
    {
        foreach (ElfSymbol symbol in context.Module.Symbols.Skip(1).Where(symbol => symbol.IsUndefined && symbol.Binding != ElfSymbolBinding.Weak))
        {
            if (LoaderSymbols.Contains(symbol.Name) || context.Exports.Find(symbol.Name) is not null)
                continue;
            context.AddError(DiagnosticCodes.UndefinedSymbol, $"'{symbol.Name}' is undefined and exported neither by the kernel {context.Release} nor by a module of it. The kernel would refuse the livepatch: \"Unknown symbol {symbol.Name} (err -2)\". Convert the module, or remove the use of the symbol.");
        }
    }
}
