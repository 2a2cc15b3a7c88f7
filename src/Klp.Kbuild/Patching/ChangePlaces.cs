using Klp.DebugInfo.Dwarf;
using Klp.Kernel.Diagnostics;
using Klp.Patching.Diff;
using Klp.Patching.Patches;

namespace Klp.Kbuild.Patching;

/// <summary>Finds where in the patch something of a unit is changed, by the lines that its code comes from.</summary>
/// <param name="files">The patched files that the unit is made from.</param>
/// <param name="unit">The patched unit.</param>
internal sealed class ChangePlaces(IReadOnlyList<PatchedSource> files, UnitObject unit)
{
    private readonly Lazy<DwarfLineTable> lines = new(() => DwarfLineTable.Read(unit.Source));

    /// <summary>The first change of the unit's files: what there is to say of the unit as a whole is said there.</summary>
    internal SourcePlace? First => files is [var first, ..] ? first.FirstChange : null;

    /// <summary>
    /// Where a function or variable of the unit is changed; else where its name is in an added line, else <see cref="First"/>.
    /// </summary>
    /// <param name="name">Its name.</param>
    internal SourcePlace? Of(string name) =>
        unit.Parts.Where(part => part.Kind == PartKind.Function && part.Symbols.Any(symbol => symbol.Name == name))
            .Select(OfCode).FirstOrDefault(place => place is not null)
        ?? OfWord(name.Split('.')[0]);

    /// <summary>Where a word is in an added line, else <see cref="First"/>.</summary>
    internal SourcePlace? OfWord(string word) =>
        files.Select(file => file.AdditionOf(word)).FirstOrDefault(place => place is not null) ?? First;

    // Of a function that has a copy of a changed inline one that is where the copy's code comes from.
    private SourcePlace? OfCode(UnitPart function)
    {
        SourceLine[] rows = [.. lines.Value.FindAll(function.Section, function.Offset, function.Offset + function.Size)];
        return files.Select(file => file.ChangeIn(rows.Where(row => IsOf(file, row.File)).Select(row => row.Line)))
            .FirstOrDefault(place => place is not null);
    }

    private static bool IsOf(PatchedSource file, string path) =>
        path == file.Path || path.EndsWith("/" + file.Path, StringComparison.Ordinal);
}
