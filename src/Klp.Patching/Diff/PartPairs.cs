namespace Klp.Patching.Diff;

/// <summary>Which parts of the two versions of a unit are the same function or variable.</summary>
internal sealed class PartPairs
{
    private readonly Dictionary<UnitPart, UnitPart> originals = [];
    private readonly HashSet<UnitPart> paired = [];

    /// <summary>Pairs the parts of two versions.</summary>
    /// <param name="original">The unit as it was.</param>
    /// <param name="patched">The unit with the patch.</param>
    internal PartPairs(UnitObject original, UnitObject patched)
    {
        PairByName(original, patched);
        PairClones(original, patched);
        PairStaticLocals(original, patched);
    }

    /// <summary>The part as it was, or null for a new one.</summary>
    internal UnitPart? OriginalOf(UnitPart patched) => originals.GetValueOrDefault(patched);

    /// <summary>True for a part that is in the patched version, too.</summary>
    internal bool IsPaired(UnitPart original) => paired.Contains(original);

    /// <summary>The names of static variables whose counterpart cannot be told.</summary>
    internal HashSet<string> AmbiguousStems { get; } = new(StringComparer.Ordinal);

    /// <summary>The name by which a part of the patched version is known in both.</summary>
    internal string NameOfPatched(UnitPart part) => OriginalOf(part) is { } original ? NameOfOriginal(original) : "new:" + part.Name;

    /// <summary>The name by which a part of the original version is known in both.</summary>
    internal static string NameOfOriginal(UnitPart part) => $"{part.Kind}:{part.Name}";

    // All who call a local function by its name are in the unit and compared as well, so that a name that went from one clone
    // to another makes no wrong answer: then both differ. A variable that took another's number would be taken for it.
    private void PairByName(UnitObject original, UnitObject patched)
    {
        Dictionary<(PartKind, string), UnitPart> known = [];
        foreach (UnitPart part in original.Parts.Where(part => HasOwnName(original, part)))
        {
            foreach (string name in part.Symbols.Select(symbol => symbol.Name))
                known.TryAdd((part.Kind, name), part);
        }

        // Of functions that the compiler made one of, what the others know by its name stays where it is; a local one can go.
        foreach (UnitPart part in patched.Parts.Where(part => HasOwnName(patched, part)).OrderBy(part => part.IsGlobal ? 0 : 1))
        {
            if (part.Symbols
                .Select(symbol => known.GetValueOrDefault((part.Kind, symbol.Name)))
                .FirstOrDefault(found => found is not null) is { } found)
            {
                Pair(found, part);
            }
        }
    }

    private static bool HasOwnName(UnitObject unit, UnitPart part) => part.Kind == PartKind.Function || (IsVariable(unit, part)
        && (part.IsGlobal || !(PartNames.IsNumbered(part.Name) || PartNames.IsUniqueId(part.Name))));

    private static bool IsVariable(UnitObject unit, UnitPart part) => part.Kind == PartKind.Variable && !unit.IsOfMacro(part);

    private void PairClones(UnitObject original, UnitObject patched)
    {
        foreach ((UnitPart[] old, UnitPart[] made) in Groups(original, patched, (_, part) => part.Kind == PartKind.Function))
        {
            if (old is [var one] && made is [var other])
                Pair(one, other);
        }
    }

    // They are told by who uses them; the order of their numbers says nothing once the patch has added one.
    private void PairStaticLocals(UnitObject original, UnitObject patched)
    {
        PairByPlaces(original, patched);
        foreach ((UnitPart[] old, UnitPart[] made) in Groups(original, patched, IsVariable))
        {
            if (old is [var one] && made is [var other])
            {
                if (AreOfOneFunction(original, one, patched, other))
                    Pair(one, other);
                continue;
            }

            ILookup<string, UnitPart> byUsers = old.ToLookup(part => UsersOf(original, part));
            foreach (IGrouping<string, UnitPart> candidates in made.GroupBy(part => UsersOf(patched, part)))
            {
                if (candidates.Count() == 1 && byUsers[candidates.Key].Count() == 1)
                    Pair(byUsers[candidates.Key].Single(), candidates.Single());
                else if (byUsers[candidates.Key].Any() || old.Length > 0)
                    AmbiguousStems.Add(PartNames.Stem(candidates.First().Name));
            }
        }
    }

    // What a table refers to is told by the place in it: a compound literal has no other name in the source.
    private void PairByPlaces(UnitObject original, UnitObject patched)
    {
        foreach ((UnitPart[] old, UnitPart[] made) in Groups(original, patched, IsVariable))
        {
            ILookup<string, UnitPart> byPlaces = old.ToLookup(part => PlacesOf(original, part), StringComparer.Ordinal);
            foreach (IGrouping<string, UnitPart> candidates in made
                .GroupBy(part => PlacesOf(patched, part))
                .Where(group => group.Key.Length > 0))
            {
                if (candidates.Count() == 1 && byPlaces[candidates.Key].Count() == 1)
                    Pair(byPlaces[candidates.Key].Single(), candidates.Single());
            }
        }
    }

    // Empty where code uses it too, which reads tables in another order than it did.
    private static string PlacesOf(UnitObject unit, UnitPart part)
    {
        UnitPart[] users = [.. unit.UsersOf(part)];
        return users.Length == 0 || users.Any(user => user.Kind != PartKind.Variable || PartNames.IsNumbered(user.Name))
            ? ""
            : string.Join(',', users
                .SelectMany(user => unit.ReferencesOf(user).Where(reference => reference.Target == part)
                    .Select(reference => FormattableString.Invariant($"{user.Name}+{reference.Offset}")))
                .Prepend(FormattableString.Invariant($"{part.Size}")));
    }

    // One that goes from a function, and one of the same name that comes in another, are two.
    private static bool AreOfOneFunction(UnitObject original, UnitPart old, UnitObject patched, UnitPart made)
    {
        string[] before = [.. StemsOfUsers(original, old)], after = [.. StemsOfUsers(patched, made)];
        return PartNames.IsNumbered(old.Name) == PartNames.IsNumbered(made.Name)
            && (before.Length + after.Length == 0 || before.Intersect(after, StringComparer.Ordinal).Any());
    }

    private IEnumerable<(UnitPart[] Old, UnitPart[] Made)> Groups(
        UnitObject original, UnitObject patched, Func<UnitObject, UnitPart, bool> isMeant)
    {
        ILookup<string, UnitPart> old = original.Parts
            .Where(part => isMeant(original, part) && !IsPaired(part))
            .ToLookup(part => PartNames.Stem(part.Name), StringComparer.Ordinal);
        ILookup<string, UnitPart> made = patched.Parts
            .Where(part => isMeant(patched, part) && OriginalOf(part) is null)
            .ToLookup(part => PartNames.Stem(part.Name), StringComparer.Ordinal);
        return [.. made.Where(group => old.Contains(group.Key)).Select(group => (old[group.Key].ToArray(), group.ToArray()))];
    }

    private static string UsersOf(UnitObject unit, UnitPart part) =>
        $"{part.Size}:{string.Join(',', StemsOfUsers(unit, part).Order(StringComparer.Ordinal))}";

    private static IEnumerable<string> StemsOfUsers(UnitObject unit, UnitPart part) =>
        unit.UsersOf(part).Select(user => PartNames.Stem(unit.WithoutCold(user).Name)).Distinct(StringComparer.Ordinal);

    private void Pair(UnitPart original, UnitPart patched)
    {
        if (paired.Add(original))
            originals.Add(patched, original);
    }
}
