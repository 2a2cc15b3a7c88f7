namespace Klp.Patching.Diff;

/// <summary>Compares the sections without names in them that nothing of the unit refers to: what reads them finds them elsewhere.</summary>
internal static class UnnamedDiff
{
    internal static IReadOnlyList<string> Find(UnitObject original, UnitObject patched, PartKeys originalKeys, PartKeys patchedKeys)
    {
        ILookup<string, string> before = Sections(original, originalKeys), after = Sections(patched, patchedKeys);
        return [.. before.Concat(after).Select(section => section.Key).Distinct(StringComparer.Ordinal)
            .Where(name => !before[name].SequenceEqual(after[name], StringComparer.Ordinal))];
    }

    private static ILookup<string, string> Sections(UnitObject unit, PartKeys keys) =>
        unit.Parts.Where(part => part.Kind == PartKind.Anonymous && !unit.UsersOf(part).Any())
            .ToLookup(part => part.Section.Name, part => keys.Body(part).Text, StringComparer.Ordinal);
}
