namespace Klp.Kbuild.Disassembly;

/// <summary>A row of a listing.</summary>
/// <param name="Kind">What it shows.</param>
/// <param name="Original">The instruction of the original, or null.</param>
/// <param name="Patched">The instruction of the patched version, or null.</param>
/// <param name="Skipped">How many instructions are not shown here; 0 for a row that shows one.</param>
public sealed record ListingRow(ListingRowKind Kind, ListedInstruction? Original, ListedInstruction? Patched, int Skipped = 0);
