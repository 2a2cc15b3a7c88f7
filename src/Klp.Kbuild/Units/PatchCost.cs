namespace Klp.Kbuild.Units;

/// <summary>What a patch of files costs, before there is one. Immutable.</summary>
/// <remarks>
/// Each unit is compiled once as patched. One that changes is compiled three times more: its original as the kernel was, and both
/// with a section for each function.
/// </remarks>
/// <param name="Units">How many units are compiled.</param>
/// <param name="Patchable">Of how many functions can be replaced.</param>
/// <param name="OfC">How many are C.</param>
/// <param name="OfAssembler">How many are assembler: a change of them is refused.</param>
/// <param name="InputBytes">The size of all files that they are compiled from, each as often as it is read, in bytes.</param>
/// <param name="MeasuredUnit">The unit that was compiled to measure; null where none was.</param>
/// <param name="MeasuredSeconds">How long that took.</param>
/// <param name="LeastSeconds">How long the compiles take where no unit changes, on <paramref name="Processors"/> processors.</param>
/// <param name="MostSeconds">How long they take where all change.</param>
/// <param name="Processors">How many compiles run at a time.</param>
/// <param name="Problem">Why nothing was measured, as a sentence; null where it was.</param>
public sealed record PatchCost(
    int Units,
    int Patchable,
    int OfC,
    int OfAssembler,
    long InputBytes,
    string? MeasuredUnit,
    double? MeasuredSeconds,
    double? LeastSeconds,
    double? MostSeconds,
    int Processors,
    string? Problem);
