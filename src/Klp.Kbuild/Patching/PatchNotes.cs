using Klp.Kernel.Diagnostics;
using Klp.Patching.Diff;

namespace Klp.Kbuild.Patching;

/// <summary>
/// What is told of the units of a patch that is not refused, for all of them at once: a header's function is in many units, and a
/// function that cannot be replaced has many callers. The report has them all.
/// </summary>
/// <param name="units">The units.</param>
/// <param name="diagnostics">Receives the notes.</param>
internal sealed class PatchNotes(IReadOnlyList<ExtractedUnit> units, DiagnosticBag diagnostics)
{
    // The first is told, and how many there are.
    private static readonly string[] Repeated = [DiagnosticCodes.OnceAgain.Code, DiagnosticCodes.CopyForStart.Code];

    /// <summary>Whether a diagnostic of one unit is told here, for all of them.</summary>
    internal static bool IsOfAll(Diagnostic diagnostic) =>
        diagnostic.Code == DiagnosticCodes.CallersReplaced.Code || Repeated.Contains(diagnostic.Code);

    /// <summary>Tells.</summary>
    /// <param name="found">What was found of the units, one by one.</param>
    internal void Report(IEnumerable<Diagnostic> found)
    {
        foreach (IGrouping<string, (string Name, PlacedUnit Unit, IReadOnlyList<string> Callers)> lifted in
            units.SelectMany(LiftedOf).GroupBy(lifted => lifted.Name, StringComparer.Ordinal))
        {
            string[] sources = [.. lifted.Select(one => one.Unit.Compiled.Unit.Source).Distinct(StringComparer.Ordinal)];
            string[] callers = [.. lifted.SelectMany(one => one.Callers).Distinct(StringComparer.Ordinal)];
            PlacedUnit first = lifted.First().Unit;
            diagnostics.Add(PatchBuildMessages.CallersReplaced(
                first.Places.Of(lifted.Key) ?? first.Places.First, lifted.Key, sources, callers));
        }

        foreach (IGrouping<string, Diagnostic> alike in found.GroupBy(diagnostic => diagnostic.Code))
        {
            if (Repeated.Contains(alike.Key))
                diagnostics.Add(PatchBuildMessages.AndMore(alike.First(), alike.Count() - 1));
        }
    }

    // What is taken along and not replaced, with the functions that are replaced for it.
    private static IEnumerable<(string Name, PlacedUnit Unit, IReadOnlyList<string> Callers)> LiftedOf(ExtractedUnit unit)
    {
        if (unit is not { Placed: { } placed, Plan: { } plan })
            yield break;
        Dictionary<UnitPart, string> replaced = plan.Functions.ToDictionary(function => function.Part, function => function.Symbol.Name);
        HashSet<UnitPart> taken = [.. plan.Parts.Select(part => part.Part)];
        foreach (UnitPart part in plan.Carried)
        {
            string[] callers =
                [.. CallersOf(placed.Diff.Patched, part, taken).Where(replaced.ContainsKey).Select(caller => replaced[caller])];
            // What stands between them is told of with what it calls.
            bool isBetween = !placed.Diff.Changed.Contains(part)
                && plan.Carried.Any(other => other != part && placed.Diff.Patched.UsersOf(other).Contains(part));
            if (callers.Length > 0 && !isBetween)
                yield return (part.Name, placed, callers);
        }
    }

    // Also by way of others that cannot be replaced; a function's cold part calls for it.
    private static List<UnitPart> CallersOf(UnitObject unit, UnitPart part, HashSet<UnitPart> taken)
    {
        List<UnitPart> callers = [part];
        for (int index = 0; index < callers.Count; index++)
        {
            IEnumerable<UnitPart> users = unit.UsersOf(callers[index])
                .Select(user => user.ColdParent is { } parent ? taken.FirstOrDefault(other => other.Name == parent) ?? user : user)
                .Where(taken.Contains);
            callers.AddRange(users.Except(callers));
        }

        return callers;
    }
}
