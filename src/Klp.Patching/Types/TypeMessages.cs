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
            TypeChangeKind.Constant => ConstantChanged(place, change, where),
            TypeChangeKind.Variable => VariableChanged(place, change, where),
            _ => ExportChanged(place, change, where),
        };
    }

    private static Diagnostic LayoutChanged(SourcePlace? place, TypeChange change, string where) => DiagnosticCodes.PatchChangesLayout.At(
        place,
        $"The patch changes {change.Name} ({where}): {change.What}. The kernel has objects of the old layout, and code that is not "
        + "replaced knows no other. "
            + "Leave the type as it is: keep a new member in a shadow variable (klp_shadow_alloc), or use a new type for what "
            + "only the new code sees.");

    private static Diagnostic VariableChanged(SourcePlace? place, TypeChange change, string where) => DiagnosticCodes.PatchChangesLayout.At(
        place,
        $"The patch changes the type of the variable {change.Name} ({where}): {change.What}. What the kernel has in it stays as it is. "
            + "Leave it, and use a new variable under another name.");

    private static Diagnostic ConstantChanged(SourcePlace? place, TypeChange change, string where) => DiagnosticCodes.PatchChangesLayout.At(
        place,
        $"The patch changes the value {change.Name} of an enumeration ({where}): {change.What}. Objects of the kernel may hold the "
            + "old number, and code that is not replaced goes on using it. Put a new value at the end, or give it another name.");

    private static Diagnostic ExportChanged(SourcePlace? place, TypeChange change, string where) => DiagnosticCodes.ExportedTypeChanged.At(
        place,
        $"The patch changes the type of {change.Name} ({where}), which is exported: {change.What}. Modules that were built before "
        + "go on using it as it was, "
            + "also those that are not in this tree. Leave its type, and give what is new a function of its own.");

    /// <summary>Changes beyond those that were told.</summary>
    /// <param name="place">Where in the patch.</param>
    /// <param name="count">How many.</param>
    public static Diagnostic MoreTypes(SourcePlace? place, int count) => DiagnosticCodes.PatchChangesLayout.At(
        place,
        $"The patch changes {count} more {(count == 1 ? "type" : "types")}, or exported symbols, of that kind. They may follow from "
            + "those before: correct these first.");

    /// <summary>A function that is not exported has another type, and somebody outside of the patch uses it.</summary>
    /// <param name="place">Where in the patch.</param>
    /// <param name="change">The change.</param>
    /// <param name="source">The source of the unit that defines it.</param>
    /// <param name="user">An object that refers to it.</param>
    public static Diagnostic UsedElsewhere(SourcePlace? place, TypeChange change, string source, string user)
    {
        ArgumentNullException.ThrowIfNull(change);
        return DiagnosticCodes.ExportedTypeChanged.At(
            place,
            $"The patch changes the type of {change.Name} ({source}): {change.What}. {user} refers to it and is made "
                + "from no file of the patch, as assembler or by a declaration of its own, and goes on calling it as it was. "
                + "Leave its type, and give what is new a function of its own.");
    }

    /// <summary>The CRC of an exported symbol changes.</summary>
    /// <param name="place">Where in the patch.</param>
    /// <param name="symbol">The symbol.</param>
    /// <param name="cause">The symbol itself, or the type to which it leads and that changes.</param>
    /// <param name="source">The source of the unit that exports it.</param>
    /// <param name="original">The CRC in the kernel.</param>
    /// <param name="patched">The CRC with the patch.</param>
    /// <param name="others">How many further symbols lead to the same type.</param>
    public static Diagnostic VersionChanged(
        SourcePlace? place, string symbol, string cause, string source, uint original, uint patched, int others)
    {
        string more = others == 0 ? "" : FormattableString.Invariant($" and {others} more");
        string what = cause == symbol
            ? $"The patch changes the type of {symbol} ({source}), which is exported"
            : $"The patch changes {cause}, to which the exported {symbol} ({source}){more} {(others == 0 ? "leads" : "lead")}";
        return DiagnosticCodes.ExportedTypeChanged.At(
            place,
            $"{what}: {(others == 0 ? "its CRC" : $"the CRC of {symbol}")} was 0x{original:x8} and is 0x{patched:x8}. Modules that were "
                + "built before go on using it as it was, also those that are not in this tree. Leave the type, "
                + "and give what is new a name of its own.");
    }

    /// <summary>The CRCs cannot be computed.</summary>
    /// <param name="place">Where in the patch.</param>
    /// <param name="source">The source of the unit.</param>
    /// <param name="problem">Why, without the end of the sentence.</param>
    public static Diagnostic VersionsUnknown(SourcePlace? place, string source, string problem) => DiagnosticCodes.ExportedTypeChanged.At(
        place, $"Whether the patch changes the CRC of a symbol that {source} exports is not known: {problem}.");

    /// <summary>The compiler left no debug information.</summary>
    /// <param name="place">Where in the patch.</param>
    /// <param name="source">The unit's source.</param>
    public static Diagnostic Unknown(SourcePlace? place, string source) => DiagnosticCodes.PatchChangesLayout.At(
        place,
        $"Whether the patch changes the layout of a type in {source} is not known: its compiler wrote no debug information that "
        + "can be read, although it was asked for some (-g). "
            + "Use a compiler that does.");
}
