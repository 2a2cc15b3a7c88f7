namespace Klp.Patching.Patches;

/// <summary>Lines of a file that follow each other.</summary>
/// <param name="First">The first, from 1 on.</param>
/// <param name="Last">The last; it belongs to them.</param>
public readonly record struct LineRange(int First, int Last);
