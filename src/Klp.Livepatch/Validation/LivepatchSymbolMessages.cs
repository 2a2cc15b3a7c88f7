using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Validation;

/// <summary>What there is to say of livepatch symbols.</summary>
internal static class LivepatchSymbolMessages
{
    internal static Diagnostic InFreedSection(SourcePlace place, string symbol, string section, string name) =>
        DiagnosticCodes.InitSymbol.At(
            place,
            $"The livepatch symbol {symbol} is in {section} of vmlinux, which the kernel frees after it has started. The kernel "
            + $"would load the livepatch, and it would use whatever the memory holds then. Copy the source of '{name}' into the "
            + "livepatch.");

    internal static Diagnostic Malformed(SourcePlace place, string symbol, string problem) => DiagnosticCodes.LivepatchSymbolMalformed.At(
        place, $"The livepatch symbol {symbol} {problem}.");

    /// <summary>Says that the kernel has no such object.</summary>
    /// <param name="place">Where the symbol is used.</param>
    /// <param name="symbol">The livepatch symbol.</param>
    /// <param name="target">What it stands for.</param>
    /// <param name="release">The kernel's release.</param>
    /// <param name="resolvedWith">The object whose loading resolves it.</param>
    /// <param name="question">Names that may be meant, with a space before it; or empty.</param>
    internal static Diagnostic ObjectUnknown(
        SourcePlace place, string symbol, KernelSymbol target, string release, string resolvedWith, string question) =>
        DiagnosticCodes.ProviderUnknown.At(
            place,
            $"The livepatch symbol {symbol} is of '{target.ObjectName}', which is neither vmlinux nor a module of the kernel "
            + $"{release}. Unless a module of that name is loaded before, the kernel would refuse {Refused(resolvedWith)}: "
            + $"\"symbol '{target.Name}' not found in symbol table\".{question} Correct the name; of a module built outside the tree, "
            + $"name the file with {HostWord.ExternalModule}.");

    /// <summary>Says what the kernel does not find; null where it does, or where nothing is known.</summary>
    /// <param name="place">Where the symbol is used.</param>
    /// <param name="symbol">The livepatch symbol.</param>
    /// <param name="target">What it stands for.</param>
    /// <param name="finding">What the kernel would find.</param>
    internal static Diagnostic? NotFound(SourcePlace place, string symbol, KernelSymbol target, SymbolFinding finding)
    {
        DiagnosticDescriptor? code = finding.Kind switch
        {
            SymbolFindingKind.NotFound => DiagnosticCodes.LivepatchSymbolNotFound,
            SymbolFindingKind.Ambiguous => DiagnosticCodes.LivepatchSymbolAmbiguous,
            SymbolFindingKind.PositionOutOfRange => DiagnosticCodes.LivepatchSymbolPositionOutOfRange,
            SymbolFindingKind.DependsOnLoadOrder => DiagnosticCodes.PositionDependsOnLoadOrder,
            _ => null,
        };
        string fix = finding.Kind == SymbolFindingKind.DependsOnLoadOrder
            ? $"Copy the source of '{target.Name}' into the livepatch instead."
            : "Convert the module with the symbol database of this kernel.";
        return code?.At(place, $"The livepatch symbol {symbol} {Explain(target, finding)} {fix}");
    }

    /// <summary>Why the kernel does not find a symbol: a sentence without its subject.</summary>
    /// <param name="symbol">The symbol.</param>
    /// <param name="finding">What the kernel would find.</param>
    internal static string Explain(KernelSymbol symbol, SymbolFinding finding)
    {
        string refusal = $"The kernel would refuse {Refused(finding.ResolvedWith)}";
        string printed = symbol.ObjectName == ModuleName.Vmlinux ? "(null)" : symbol.ObjectName;
        return finding.Kind switch
        {
            SymbolFindingKind.NotFound =>
                $"{(finding.Count == 0 ? $"does not exist in {symbol.ObjectName}" : "is at address 0")}. {refusal}: \"symbol "
                + $"'{symbol.Name}' not found in symbol table\".",
            SymbolFindingKind.Ambiguous =>
                $"has no position, and {symbol.ObjectName} has {finding.Count} of that name. {refusal}: \"unresolvable ambiguity for "
                + $"symbol '{symbol.Name}' in object '{printed}'\".",
            SymbolFindingKind.PositionOutOfRange =>
                $"has position {symbol.Sympos}, and {symbol.ObjectName} has {finding.Count} of that name. {refusal}: \"symbol position "
                + $"{symbol.Sympos} for symbol '{symbol.Name}' in object '{symbol.ObjectName}' not found\".",
            SymbolFindingKind.DependsOnLoadOrder =>
                $"is another symbol when the livepatch is loaded before {symbol.ObjectName} than after it: the module's init sections, "
                + "which go away once it runs, have a symbol of that name too. The kernel would refuse the module, or use the wrong "
                + "symbol without a message.",
            _ => "",
        };
    }

    /// <summary>What the kernel refuses for want of what a patched object has.</summary>
    /// <param name="objectName">The object whose loading shows it.</param>
    internal static string Refused(string objectName) =>
        objectName == ModuleName.Vmlinux ? "the livepatch" : $"the livepatch, or {objectName} where that is loaded later";
}
