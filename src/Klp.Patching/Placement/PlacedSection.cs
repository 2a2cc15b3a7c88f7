namespace Klp.Patching.Placement;

/// <summary>Where a section of a unit's object came to lie.</summary>
/// <param name="Section">0-based index of the section of the image.</param>
/// <param name="Displacement">What its symbols' values got added, in bytes, modulo 2^64.</param>
internal readonly record struct PlacedSection(int Section, ulong Displacement);
