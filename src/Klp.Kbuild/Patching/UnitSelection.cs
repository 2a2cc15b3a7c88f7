namespace Klp.Kbuild.Patching;

/// <summary>What the files of a patch are compiled into.</summary>
/// <param name="Units">
/// The objects, those of vmlinux and modules and others, in the order of their names. One that two modules have is there twice.
/// </param>
/// <param name="Unused">Those of the files that no object is made from.</param>
public sealed record UnitSelection(IReadOnlyList<KernelUnit> Units, IReadOnlyList<string> Unused);
