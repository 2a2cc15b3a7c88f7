using Klp.Kernel.Diagnostics;

namespace Klp.Livepatch.Modules;

/// <summary>What there is to say of annotations.</summary>
internal static class AnnotationMessages
{
    internal static Diagnostic Conflict(SourcePlace? place, string symbol, string first, string second) =>
        DiagnosticCodes.AnnotationConflict.At(
            place,
            $"The symbol '{symbol}' is annotated as {first} and as {second}. Keep one, or use KLP_RELOC_SYMBOL_POS, with which "
            + "a module can use both.");

    internal static Diagnostic OfOwnSymbol(SourcePlace? place, string section, string symbol) => DiagnosticCodes.AnnotationMalformed.At(
        place,
        $"The annotation section {section} annotates '{symbol}', which the livepatch itself defines. Remove the annotation, or "
        + "rename your symbol.");

    internal static Diagnostic Malformed(SourcePlace? place, string problem) => DiagnosticCodes.AnnotationMalformed.At(
        place, $"{problem} Write annotations with KLP_MODULE_RELOC and KLP_SYMPOS of <klp/relocation.h>.");

    /// <summary>Says that an annotation is of no use.</summary>
    /// <param name="place">The annotation.</param>
    /// <param name="symbol">What it names.</param>
    /// <param name="origin">What it is.</param>
    /// <param name="isDefined">Whether the livepatch defines a symbol of the name.</param>
    internal static Diagnostic UnusedItem(SourcePlace? place, string symbol, string origin, bool isDefined) =>
        DiagnosticCodes.AnnotationUnused.At(
            place,
            $"'{symbol}' is annotated by a {origin}, but the livepatch does not use it"
            + $"{(isDefined ? ": it defines a symbol of that name itself" : "")}. Remove the annotation.");
}
