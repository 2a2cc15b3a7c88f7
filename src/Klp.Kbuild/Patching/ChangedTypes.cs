using Klp.Kernel.Diagnostics;
using Klp.Kernel.Modules;
using Klp.Patching.Patches;
using Klp.Patching.Types;

namespace Klp.Kbuild.Patching;

/// <summary>
/// Says which types the patch changes that what is not patched relies on. A header's type changes in all units that read it, and
/// is told once.
/// </summary>
/// <param name="files">The patched files.</param>
/// <param name="exports">What the kernel and its modules export.</param>
/// <param name="findUsers">
/// The objects outside of the patch that refer to symbols, by the symbols; given the image, whose objects are meant, and the symbols.
/// </param>
/// <param name="diagnostics">Receives what is refused.</param>
internal sealed class ChangedTypes(
    IReadOnlyList<PatchedSource> files,
    ModuleSymvers exports,
    Func<string, IReadOnlySet<string>, ILookup<string, string>> findUsers,
    DiagnosticBag diagnostics)
{
    // One changed type may move the members of many, and change the CRC of hundreds.
    private const int MostTypes = 10;

    private readonly List<(PlacedUnit Unit, TypeChange Change)> found = [];

    /// <summary>Checks the units.</summary>
    /// <param name="compiled">All units of the patch.</param>
    /// <param name="placed">Those of them that change.</param>
    internal void Check(IReadOnlyList<CompiledUnit> compiled, IReadOnlyList<PlacedUnit> placed)
    {
        foreach (PlacedUnit unit in placed)
            Compare(unit);
        CompiledUnit[] versioned = [.. compiled.Where(unit => unit.VersionChanges.Count > 0)];
        ReportTypes([.. versioned.SelectMany(unit => unit.VersionChanges)]);
        HashSet<string> told = [.. found.Where(pair => pair.Change.Kind == TypeChangeKind.Export).Select(pair => pair.Change.Name)];
        ReportVersions(
        [
            .. versioned.SelectMany(unit => unit.VersionChanges.Select(change => (unit.Unit, Change: change)))
                .Where(pair => !told.Contains(pair.Change.Symbol)),
        ]);
        foreach (CompiledUnit unit in compiled.Where(unit => unit.VersionProblem is not null))
            diagnostics.Add(TypeMessages.VersionsUnknown(PlaceOf(unit.Unit, null), unit.Unit.Source, unit.VersionProblem!));
    }

    private void Compare(PlacedUnit unit)
    {
        string objectName = unit.Compiled.Unit.ObjectName;
        IReadOnlyList<TypeChange>? changes = TypeComparison.Find(
            unit.Diff, name => exports.Find(name)?.ObjectName == objectName, name => exports.Find(name) is not null);
        if (changes is null)
        {
            diagnostics.Add(TypeMessages.Unknown(unit.Places.First, unit.Compiled.Unit.Source));
            return;
        }

        HashSet<string> globals = [.. changes.Where(change => change.Kind == TypeChangeKind.Global).Select(change => change.Name)];
        ILookup<string, string>? users = globals.Count == 0 ? null : findUsers(objectName, globals);
        foreach (TypeChange change in changes)
        {
            if (change.Kind != TypeChangeKind.Global)
                found.Add((unit, change));
            else if (users![change.Name].FirstOrDefault() is { } user)
                diagnostics.Add(TypeMessages.UsedElsewhere(unit.Places.OfWord(change.Name), change, unit.Compiled.Unit.Source, user));
        }
    }

    private void ReportTypes(IReadOnlyList<VersionChange> versions)
    {
        IGrouping<TypeChange, (PlacedUnit Unit, TypeChange Change)>[] changes = [.. found.GroupBy(pair => pair.Change)];
        foreach (IGrouping<TypeChange, (PlacedUnit Unit, TypeChange Change)> change in changes.Take(MostTypes))
        {
            PlacedUnit first = change.First().Unit;
            TypeChange told = change.Key;
            if (told.Kind == TypeChangeKind.Export && versions.FirstOrDefault(version => version.Symbol == told.Name) is { } crc)
            {
                string crcs = FormattableString.Invariant($"its CRC was 0x{crc.Original:x8} and is 0x{crc.Patched:x8}");
                told = told with { What = $"{told.What}; {crcs}" };
            }

            diagnostics.Add(TypeMessages.Changed(first.Places.OfWord(told.Word), told, first.Compiled.Unit.Source, change.Count() - 1));
        }

        if (changes.Length > MostTypes)
            diagnostics.Add(TypeMessages.MoreTypes(changes[MostTypes].First().Unit.Places.First, changes.Length - MostTypes));
    }

    private void ReportVersions(IReadOnlyList<(KernelUnit Unit, VersionChange Change)> versions)
    {
        IGrouping<string, (KernelUnit Unit, VersionChange Change)>[] causes = [.. versions.GroupBy(version => version.Change.Cause)];
        foreach (IGrouping<string, (KernelUnit Unit, VersionChange Change)> cause in causes.Take(MostTypes))
        {
            (KernelUnit unit, VersionChange change) = cause.First();
            diagnostics.Add(TypeMessages.VersionChanged(
                PlaceOf(unit, cause.Key.Split(' ')[^1]),
                change.Symbol, change.Cause, unit.Source, change.Original, change.Patched, cause.Count() - 1));
        }

        if (causes.Length > MostTypes)
            diagnostics.Add(TypeMessages.MoreTypes(PlaceOf(causes[MostTypes].First().Unit, null), causes.Length - MostTypes));
    }

    private SourcePlace? PlaceOf(KernelUnit unit, string? word)
    {
        PatchedSource[] touched = [.. files.Where(file => unit.Touched.Contains(file.Path))];
        SourcePlace? ofWord = word is null
            ? null : touched.Select(file => file.AdditionOf(word)).FirstOrDefault(place => place is not null);
        return ofWord ?? touched.FirstOrDefault()?.FirstChange;
    }
}
