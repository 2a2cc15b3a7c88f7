namespace Klp.Kbuild.Units;

/// <summary>What files of a kernel's source are compiled into, and what a patch of them costs. Immutable.</summary>
/// <param name="Files">The files, as the user names them one after the other.</param>
/// <param name="Cost">What a patch of all of them costs.</param>
public sealed record UnitsReport(IReadOnlyList<FileUnits> Files, PatchCost Cost);
