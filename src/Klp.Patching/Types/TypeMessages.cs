using Klp.Kernel.Diagnostics;

namespace Klp.Patching.Types;

/// <summary>The sentences about types that a patch changes.</summary>
public static class TypeMessages
{
    /// <summary>A changed type.</summary>
    /// <param name="place">Where in the patch.</param>
    /// <param name="change">The change.</param>
    /// <param name="source">The source of the unit in which it was seen first.</param>
    /// <param name="others">How many further units see it.</param>
    public static Diagnostic Changed(SourcePlace? place, TypeChange change, string source, int others)
    {
        ArgumentNullException.ThrowIfNull(change);
        string where = others == 0 ? source : FormattableString.Invariant($"{source} and {others} more");
        return change.Kind switch
        {
            TypeChangeKind.Layout => LayoutChanged(place, change, where),
            TypeChangeKind.Variable => VariableChanged(place, change, where),
            _ => ExportChanged(place, change, where),
        };
    }

    private static Diagnostic LayoutChanged(SourcePlace? place, TypeChange change, string where) => DiagnosticCodes.PatchChangesLayout.At(
        place,
        $"The patch changes {change.Name} ({where}): {change.What}. The kernel has objects of the old layout, and code that is not replaced knows no other. "
            + "Leave the type as it is: keep a new member in a shadow variable (klp_shadow_alloc), or use a new type for what only the new code sees.");

    private static Diagnostic VariableChanged(SourcePlace? place, TypeChange change, string where) => DiagnosticCodes.PatchChangesLayout.At(
        place,
        $"The patch changes the type of the variable {change.Name} ({where}): {change.What}. What the kernel has in it stays as it is. "
            + "Leave it, and use a new variable under another name.");

    private static Diagnostic ExportChanged(SourcePlace? place, TypeChange change, string where) => DiagnosticCodes.ExportedTypeChanged.At(
        place,
        $"The patch changes the type of {change.Name} ({where}), which is exported: {change.What}. Modules that were built before go on using it as it was, "
            + "also those that are not in this tree. Leave its type, and give what is new a function of its own.");

    /// <summary>The compiler left no debug information.</summary>
    /// <param name="place">Where in the patch.</param>
    /// <param name="source">The unit's source.</param>
    public static Diagnostic Unknown(SourcePlace? place, string source) => DiagnosticCodes.PatchChangesLayout.At(
        place,
        $"Whether the patch changes the layout of a type in {source} is not known: its compiler wrote no debug information that can be read, although it was asked for some (-g). "
            + "Use a compiler that does.");
}
