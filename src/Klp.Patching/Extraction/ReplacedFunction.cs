using Klp.Livepatch.Modules;
using Klp.Patching.Diff;

namespace Klp.Patching.Extraction;

/// <summary>A function of the kernel that the livepatch replaces.</summary>
/// <param name="Part">The new version, in the patched unit.</param>
/// <param name="Symbol">The kernel's function.</param>
/// <param name="NewName">The name of the new version in the livepatch.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record ReplacedFunction(UnitPart Part, KernelSymbol Symbol, string NewName, string Reason);
