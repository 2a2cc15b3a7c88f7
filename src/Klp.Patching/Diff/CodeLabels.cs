namespace Klp.Patching.Diff;

/// <summary>
/// Addresses of places within functions that data holds: <c>static const void *const jumps[] = { &amp;&amp;add, &amp;&amp;sub }</c>,
/// for a computed goto. Such a table is a part of its function: that of another version leads into that one.
/// </summary>
internal static class CodeLabels
{
    /// <summary>True for a reference to a place within a function. A part that stands apart has no other places.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="reference">A reference of a variable.</param>
    internal static bool IsLabel(UnitObject unit, PartReference reference) => reference.Target is { Kind: PartKind.Function } target
        && (reference.TargetOffset != target.SymbolOffset || unit.WithoutCold(target) != target);

    /// <summary>The functions that a variable has places of.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="variable">The variable.</param>
    internal static IEnumerable<UnitPart> FunctionsOf(UnitObject unit, UnitPart variable) => variable.Kind != PartKind.Variable
        ? []
        : unit.ReferencesOf(variable)
            .Where(reference => IsLabel(unit, reference))
            .Select(reference => unit.WithoutCold(reference.Target!))
            .Distinct();

    /// <summary>
    /// The function that a constant is a part of: all that it refers to are places within that function, which alone uses it.
    /// Null for any other variable.
    /// </summary>
    /// <param name="unit">The unit.</param>
    /// <param name="variable">The variable.</param>
    internal static UnitPart? OwnerOf(UnitObject unit, UnitPart variable)
    {
        if (variable.IsWritable || variable.IsGlobal || FunctionsOf(unit, variable).ToArray() is not [var owner])
            return null;
        return unit.ReferencesOf(variable).All(reference => IsLabel(unit, reference))
            && unit.UsersOf(variable).All(user => user.Kind == PartKind.Function && unit.WithoutCold(user) == owner) ? owner : null;
    }
}
