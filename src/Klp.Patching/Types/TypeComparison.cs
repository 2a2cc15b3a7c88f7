using Klp.DebugInfo.Types;
using Klp.Patching.Diff;

namespace Klp.Patching.Types;

/// <summary>
/// Finds the types that a patch changes in a unit, by the debug information of both compiles. Objects of the old layout are in
/// the kernel's memory, and code that is not replaced knows only that. Whether a type leaves the functions that are replaced
/// cannot be told, so every type that is in both versions counts. A new type is none of the kernel's, unless it has the members of
/// one that is gone; and a value that is added to an enumeration moves nothing.
/// </summary>
public static class TypeComparison
{
    /// <summary>Compares the types of two compiles of a unit.</summary>
    /// <param name="diff">The unit.</param>
    /// <param name="isExported">Whether a symbol that the unit defines is exported.</param>
    /// <param name="isImported">Whether one that it does not define is exported, by whoever defines it.</param>
    /// <returns>The changes, causes first; null where the types of one of the compiles are not known.</returns>
    public static IReadOnlyList<TypeChange>? Find(UnitDiff diff, Func<string, bool> isExported, Func<string, bool> isImported)
    {
        ArgumentNullException.ThrowIfNull(diff);
        ArgumentNullException.ThrowIfNull(isExported);
        ArgumentNullException.ThrowIfNull(isImported);
        if (diff.Original.Declarations is not { IsWhole: true } original || diff.Patched.Declarations is not { IsWhole: true } patched)
            return null;
        return
        [
            .. Layouts(original, patched),
            .. Renamed(original, patched),
            .. Constants(original, patched),
            .. Variables(diff, original, patched, isExported),
            .. Globals(diff, original, patched, isExported, isImported),
        ];
    }

    private static IEnumerable<TypeChange> Layouts(DebugDeclarations original, DebugDeclarations patched)
    {
        List<(string Name, LayoutDifference Difference)> found = [];
        foreach (IGrouping<string, DebugLayout> before in original.Layouts.Where(group => patched.Layouts.Contains(group.Key)))
        {
            // Blocks may have types of one name: each of the kernel's has to be there still.
            foreach (DebugLayout layout in before)
            {
                DebugLayout[] after = [.. patched.Layouts[before.Key]];
                if (!after.Any(other => Holds(layout, other)))
                    found.Add((before.Key, LayoutDifference.Between(layout, after[0])));
            }
        }

        return found.Distinct().OrderBy(change => change.Difference.IsCause ? 0 : 1)
            .Select(change => new TypeChange(TypeChangeKind.Layout, change.Name, change.Difference.Word, change.Difference.What));
    }

    // The objects of a type that has another name now are the kernel's, and of its old layout.
    private static IEnumerable<TypeChange> Renamed(DebugDeclarations original, DebugDeclarations patched)
    {
        DebugLayout[] made = [.. OnlyIn(patched, original)];
        foreach (DebugLayout gone in OnlyIn(original, patched))
        {
            // One that is as it was is the one that it was.
            DebugLayout[] alike = [.. made.Where(layout => IsAlike(gone, layout))];
            if (alike.Length == 0 || alike.Any(layout => Holds(gone, layout)))
                continue;
            DebugLayout other = alike[0];
            LayoutDifference difference = LayoutDifference.Between(gone, other);
            string what = $"it is gone, and {other.Name}, which is new, has members of it; {difference.What}";
            yield return new TypeChange(TypeChangeKind.Layout, gone.Name, other.Name.Split(' ')[^1], what);
        }
    }

    private static IEnumerable<DebugLayout> OnlyIn(DebugDeclarations one, DebugDeclarations other) =>
        one.Layouts.Where(group => !other.Layouts.Contains(group.Key)).SelectMany(group => group);

    // Half of the members, of structures as of enumerations.
    private static bool IsAlike(DebugLayout gone, DebugLayout made)
    {
        HashSet<string> names = [.. made.Members.Select(member => member.Name).Where(name => name.Length > 0)];
        return gone.IsEnumeration == made.IsEnumeration
            && 2 * gone.Members.Count(member => names.Contains(member.Name)) is > 0 and var twice && twice >= gone.Members.Count;
    }

    private static bool Holds(DebugLayout original, DebugLayout patched) =>
        original.IsSame(patched)
        || (original.IsEnumeration && original.Size == patched.Size
            && original.Members.All(patched.Members.Contains));

    private static IEnumerable<TypeChange> Constants(DebugDeclarations original, DebugDeclarations patched)
    {
        foreach (IGrouping<string, string> before in original.Constants.Where(group => patched.Constants.Contains(group.Key)))
        {
            if (before.Except(patched.Constants[before.Key], StringComparer.Ordinal).FirstOrDefault() is { } old)
            {
                string what = $"it was {old} and is {patched.Constants[before.Key].First()}";
                yield return new TypeChange(TypeChangeKind.Constant, before.Key, before.Key, what);
            }

        }
    }

    // The size of a variable, and what it begins with, is compared where data is: of one that is only read that is all.
    private static IEnumerable<TypeChange> Variables(
        UnitDiff diff, DebugDeclarations original, DebugDeclarations patched, Func<string, bool> isExported)
    {
        foreach (UnitPart part in diff.Patched.Parts.Where(
            part => part is { Kind: PartKind.Variable, IsWritable: true } && diff.OriginalOf(part) is not null))
        {
            string name = diff.OriginalOf(part)!.SourceName;
            bool isLocal = PartNames.IsNumbered(part.Name);
            if (isExported(name))
                continue;
            ILookup<string, string> before = isLocal ? original.Locals : original.Variables,
                after = isLocal ? patched.Locals : patched.Variables;
            string[] gone = [.. before[name].Select(Element).Except(after[name].Select(Element), StringComparer.Ordinal)];
            if (gone is [var old, ..] && after[name].FirstOrDefault() is { } made)
                yield return new TypeChange(TypeChangeKind.Variable, name, name, $"it was {old} and is {Element(made)}");
        }
    }

    // Who calls an exported function has a declaration of it: one that only its declaration changes may be unaffected itself.
    private static IEnumerable<TypeChange> Globals(
        UnitDiff diff, DebugDeclarations original, DebugDeclarations patched, Func<string, bool> isExported, Func<string, bool> isImported)
    {
        HashSet<string> defined =
            [.. diff.Original.Parts.Where(part => part.IsGlobal).SelectMany(part => part.Symbols).Select(symbol => symbol.Name)];
        IEnumerable<string> undefined = diff.Original.Source.Symbols
            .Where(symbol => symbol.IsUndefined && symbol.Name.Length > 0).Select(symbol => symbol.Name);
        foreach (string name in defined.Concat(undefined).Distinct())
        {
            string[] before = [.. original.Functions[name], .. original.Variables[name]];
            string[] after = [.. patched.Functions[name], .. patched.Variables[name]];
            if (before.Length == 0 || after.Length == 0 || before.ToHashSet(StringComparer.Ordinal).SetEquals(after))
                continue;
            bool isOwn = defined.Contains(name), isOfModules = isOwn ? isExported(name) : isImported(name);
            if (!isOfModules && !(isOwn && original.Functions.Contains(name)))
                continue;
            string old = before.Except(after, StringComparer.Ordinal).FirstOrDefault(before[0]);
            string made = after.Except(before, StringComparer.Ordinal).FirstOrDefault(after[0]);
            TypeChangeKind kind = isOfModules ? TypeChangeKind.Export : TypeChangeKind.Global;
            yield return new TypeChange(kind, name, name, $"it was {old} and is {made}");
        }
    }

    private static string Element(string type)
    {
        int end = type.Length;
        while (end > 0 && type[end - 1] == ']' && type.LastIndexOf('[', end - 1) is var start and > 0)
            end = start;
        return type[..end];
    }
}
