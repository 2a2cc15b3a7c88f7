namespace Klp.Patching.Diff;

/// <summary>A function or variable that differs in two compiled units. Immutable.</summary>
/// <param name="Name">Its name in the new one.</param>
/// <param name="OldName">Its name in the old one, where the compiler gave it another number; else null.</param>
/// <param name="Section">The section that it is in, in the new one.</param>
/// <param name="Size">How many bytes it has in the new one.</param>
/// <param name="OldSize">How many bytes it has in the old one.</param>
/// <param name="IsForStart">True for what the kernel frees as it, or the module, has started.</param>
/// <param name="IsTraceable">
/// True for a function that ftrace can attach to, in the old one; null for data, and where that is not known.
/// </param>
/// <param name="Differences">In what they differ.</param>
public sealed record ChangedPart(
    string Name,
    string? OldName,
    string Section,
    ulong Size,
    ulong OldSize,
    bool IsForStart,
    bool? IsTraceable,
    IReadOnlyList<PartDifference> Differences)
{
    internal static ChangedPart? Of(UnitDiff diff, UnitPart part)
    {
        IReadOnlyList<PartDifference> differences = diff.DifferencesOf(part);
        if (differences.Count == 0)
            return null;
        UnitPart original = diff.OriginalOf(part)!;
        return new ChangedPart(
            part.Name,
            original.Name == part.Name ? null : original.Name,
            part.Section.Name,
            part.Size,
            original.Size,
            UnitDiff.IsForStart(original),
            part.Kind == PartKind.Function && !original.IsShared ? diff.Original.IsTraceable(original) : null,
            differences);
    }
}
