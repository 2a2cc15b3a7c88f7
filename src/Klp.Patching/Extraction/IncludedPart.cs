using Klp.Patching.Diff;

namespace Klp.Patching.Extraction;

/// <summary>A part of the patched unit that the livepatch gets.</summary>
/// <param name="Part">The part.</param>
/// <param name="Reason">Why, for people: <c>changed</c>, <c>new</c>, <c>calls f(), which cannot be replaced itself</c>.</param>
/// <param name="IsNew">True for what the kernel does not have: its global names are for all units of the patch.</param>
public sealed record IncludedPart(UnitPart Part, string Reason, bool IsNew);
