using System.Globalization;
using Klp.Kbuild.Disassembly;
using Klp.Patching.Diff;

namespace Klp.Kbuild.Patching;

/// <summary>Disassembles the two versions of a unit, and compares functions of it.</summary>
/// <param name="placed">The unit.</param>
internal sealed class UnitListings(PlacedUnit placed)
{
    private const int MostDifferences = 8;

    private readonly UnitDiff diff = placed.Diff;
    private IReadOnlyDictionary<string, IReadOnlyList<Instruction>>? original;
    private IReadOnlyDictionary<string, IReadOnlyList<Instruction>>? patched;

    /// <summary>Disassembles the sections of functions.</summary>
    /// <param name="disassembler">The tree's own.</param>
    /// <param name="functions">Functions of the patched unit that the original has too.</param>
    /// <param name="folder">A folder for the two objects, which go again.</param>
    /// <param name="cancellation">Ends the program.</param>
    internal void Read(Disassembler disassembler, IReadOnlyCollection<UnitPart> functions, string folder, CancellationToken cancellation)
    {
        if (functions.Count == 0)
            return;
        Directory.CreateDirectory(folder);
        original = Read(
            disassembler,
            placed.Compiled.Original!,
            functions.Select(function => diff.OriginalOf(function)!),
            Path.Combine(folder, "original.o"),
            cancellation);
        patched = Read(disassembler, placed.Compiled.Patched!, functions, Path.Combine(folder, "patched.o"), cancellation);
    }

    /// <summary>How a function changed; null where it was not disassembled.</summary>
    /// <param name="function">One of those.</param>
    internal FunctionListing? Of(UnitPart function)
    {
        if (diff.OriginalOf(function) is not { } before || original is null || patched is null)
            return null;
        FunctionListing Listing(IReadOnlyList<ListingRow> rows, string? note) => new(function.Name, before.Size, function.Size, rows, note);
        if (!original.TryGetValue(before.Section.Name, out IReadOnlyList<Instruction>? old)
            || !patched.TryGetValue(function.Section.Name, out IReadOnlyList<Instruction>? made))
        {
            return Listing([], "objdump shows no code of it.");
        }

        IReadOnlyList<ListingRow> rows = new ListingComparison(
            diff, new FunctionCode(diff.Original, before, old), new FunctionCode(diff.Patched, function, made)).Rows(out int left);
        if (rows.Count == 0)
            return Listing(rows, WithoutInstructions(function));
        return Listing(
            rows, left == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{left} more instructions differ; they are not shown."));
    }

    // What differs may be in the tables that the kernel keeps of the function, or in constants that it reads.
    private string WithoutInstructions(UnitPart function)
    {
        IReadOnlyList<PartDifference> differences = diff.DifferencesOf(function);
        return differences.Count == 0 ? "Its own code is as it was."
            : "No instruction differs, but: "
                + $"{string.Join("; ", differences.Take(MostDifferences))}{(differences.Count > MostDifferences ? "; and more" : "")}.";
    }

    private static IReadOnlyDictionary<string, IReadOnlyList<Instruction>>? Read(
        Disassembler disassembler, byte[] contents, IEnumerable<UnitPart> functions, string path, CancellationToken cancellation)
    {
        File.WriteAllBytes(path, contents);
        try
        {
            return disassembler.Run(
                path, functions.Select(function => function.Section.Name).Distinct(StringComparer.Ordinal), cancellation);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
