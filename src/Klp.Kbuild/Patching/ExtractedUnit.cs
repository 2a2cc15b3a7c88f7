using Klp.Patching.Extraction;

namespace Klp.Kbuild.Patching;

/// <summary>What was found out of a compiled unit.</summary>
/// <param name="Compiled">The unit.</param>
/// <param name="Placed">Where the kernel has it, and what changed; null for one that is not affected.</param>
/// <param name="Plan">What of it is taken; null where that was refused, or for one that is not affected.</param>
internal sealed record ExtractedUnit(CompiledUnit Compiled, PlacedUnit? Placed, ExtractionPlan? Plan);
