using Klp.Patching.Diff;
using Klp.Patching.Placement;

namespace Klp.Kbuild.Patching;

/// <summary>A compiled unit, and where the kernel has it.</summary>
/// <param name="Compiled">The unit.</param>
/// <param name="Image">vmlinux or the module.</param>
/// <param name="Placement">Where its own symbols are.</param>
/// <param name="Diff">What the patch changed in it.</param>
/// <param name="Places">Where in the patch that stands.</param>
internal sealed record PlacedUnit(CompiledUnit Compiled, LinkedImage Image, UnitPlacement Placement, UnitDiff Diff, ChangePlaces Places);
