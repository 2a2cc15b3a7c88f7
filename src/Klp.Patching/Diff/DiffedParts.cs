namespace Klp.Patching.Diff;

/// <summary>The functions, or the data, of two compiled units. Immutable.</summary>
/// <param name="Changed">Those that both have and that differ, in the order of the new one.</param>
/// <param name="New">Those that only the new one has.</param>
/// <param name="Removed">Those that only the old one has.</param>
/// <param name="Unchanged">How many do the same in both.</param>
public sealed record DiffedParts(
    IReadOnlyList<ChangedPart> Changed, IReadOnlyList<NamedPart> New, IReadOnlyList<NamedPart> Removed, int Unchanged)
{
    /// <summary>True where none differs.</summary>
    public bool IsEmpty => Changed.Count == 0 && New.Count == 0 && Removed.Count == 0;

    internal static DiffedParts Of(UnitDiff diff, PartKind kind)
    {
        UnitPart[] both = [.. diff.Patched.Parts.Where(
            part => part.Kind == kind && diff.OriginalOf(part) is not null && !IsInFunction(diff.Patched, part))];
        ChangedPart[] changed = [.. both.Select(part => ChangedPart.Of(diff, part)).OfType<ChangedPart>()];
        return new DiffedParts(
            changed,
            // Notes have those of which it cannot be told.
            [.. diff.New
                .Where(part => part.Kind == kind && !diff.IsAmbiguous(part) && !IsInFunction(diff.Patched, part))
                .Select(NamedPart.Of)],
            [.. diff.Gone
                .Where(part => part.Kind == kind && !diff.IsAmbiguousBefore(part) && !IsInFunction(diff.Original, part))
                .Select(NamedPart.Of)],
            both.Length - changed.Length);
    }

    // What stands apart from its function is told with it.
    private static bool IsInFunction(UnitObject unit, UnitPart part) =>
        PartNames.ParentOfCold(part.Name) is { } parent && unit.Parts.Any(other => other.Kind == PartKind.Function && other.Name == parent);
}
