using System.Buffers.Binary;
using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Conversion;

/// <summary>What there is to say of the symbols that a module uses.</summary>
internal static class SymbolMessages
{
    internal static Diagnostic AnnotatedNameMalformed(SourcePlace? place, string symbol) => DiagnosticCodes.AnnotationMalformed.At(
        place,
        $"The annotated symbol '{symbol}' is not {LivepatchNames.AnnotatedSymbolPrefix}<patched object>.<providing "
        + "object>.<name>,<position> (or with a dot before the position). Write it with KLP_RELOC_SYMBOL or KLP_RELOC_SYMBOL_POS "
        + "of <klp/relocation.h>.");

    internal static Diagnostic AnnotationUnused(SourcePlace? place, string symbol, string origin) => DiagnosticCodes.AnnotationUnused.At(
        place, $"'{symbol}' is annotated in {origin}, but the livepatch does not use it. Remove the annotation.");

    internal static Diagnostic DependsOnExporter(SourcePlace? place, string symbol, string module) => DiagnosticCodes.ModuleDependency.At(
        place, $"'{symbol}' is exported by the module {module}, which must be loaded before the livepatch.");

    internal static Diagnostic PositionNotChecked(SourcePlace? place, string module) => DiagnosticCodes.PositionNotChecked.At(
        place,
        $"The file of the module {module} is not at hand, so whether its init sections have symbols of the same names as those "
        + "that the livepatch uses was not checked; the kernel would count them while the module loads. Name the kernel tree "
        + $"with {HostWord.Tree}, and a module that was built outside it with {HostWord.ExternalModule}.");

    internal static Diagnostic DependsOnModule(SourcePlace? place, string symbol, string module) => DiagnosticCodes.ModuleDependency.At(
        place,
        $"'{symbol}' is a symbol of the module {module}, which the livepatch does not patch: the module must be loaded before "
        + "the code that uses the symbol is resolved, and nothing keeps it loaded.");

    /// <summary>Says that an object has no symbol of a name that an annotation gives to it.</summary>
    /// <param name="place">The annotation.</param>
    /// <param name="target">What it names.</param>
    /// <param name="elsewhere">Where else the name exists, in parentheses; or empty.</param>
    /// <param name="notes">Names that may be meant, as sentences with a space before them; or empty.</param>
    internal static Diagnostic NotOfObject(SourcePlace place, KernelSymbol target, string elsewhere, string notes) =>
        DiagnosticCodes.AnnotationTargetUnknown.At(
            place,
            $"'{target.Name}' is annotated as a symbol of {target.ObjectName}, which has no symbol of that name{elsewhere}.{notes} "
            + "Correct the annotation.");

    /// <summary>Says that an annotation names an object that the kernel does not have.</summary>
    /// <param name="place">The annotation.</param>
    /// <param name="target">What it names.</param>
    /// <param name="notes">Names that may be meant, as sentences with a space before them; or empty.</param>
    internal static Diagnostic ObjectUnknown(SourcePlace place, KernelSymbol target, string notes) =>
        DiagnosticCodes.AnnotationTargetUnknown.At(
            place,
            $"'{target.Name}' is annotated as a symbol of {target.ObjectName}, which is not an object of this kernel (a module built "
            + $"outside the tree has to be named with {HostWord.ExternalModule}).{notes} Correct the annotation.");

    /// <summary>Says that an annotation's position is too large.</summary>
    /// <param name="place">The annotation.</param>
    /// <param name="target">What it names.</param>
    /// <param name="count">How many symbols of the name there are.</param>
    /// <param name="candidates">A line for each.</param>
    internal static Diagnostic PositionOutOfRange(SourcePlace place, KernelSymbol target, int count, string candidates)
    {
        // The reader cannot tell a small number in the other byte order from a large one; here it shows.
        uint swapped = BinaryPrimitives.ReverseEndianness((uint)target.Sympos.Value);
        string note = swapped <= (uint)count
            ? $" In the other byte order it is {swapped}: is the annotation written for another machine?"
            : "";
        return DiagnosticCodes.AnnotationPositionOutOfRange.At(
            place,
            $"'{target.Name}' is annotated with position {target.Sympos}, but {target.ObjectName} has {count} of that name.{note}"
            + candidates);
    }

    internal static Diagnostic DependsOnLoadOrder(SourcePlace place, KernelSymbol target) =>
        DiagnosticCodes.PositionDependsOnLoadOrder.At(
            place,
            $"'{target.Name}' of {target.ObjectName} is also the name of a symbol in the module's init sections, which go away once it "
            + "runs: no position is the same symbol when the livepatch is loaded before the module and after it. Copy the source of "
            + $"'{target.Name}' into the livepatch instead.");
}
