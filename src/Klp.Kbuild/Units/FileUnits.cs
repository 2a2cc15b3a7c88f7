namespace Klp.Kbuild.Units;

/// <summary>What a file of the kernel's source is compiled into. Immutable.</summary>
/// <param name="Path">The file, from the source's root.</param>
/// <param name="Units">The objects, in the order of their names; none for a file that is not in this kernel.</param>
public sealed record FileUnits(string Path, IReadOnlyList<UnitFacts> Units);
