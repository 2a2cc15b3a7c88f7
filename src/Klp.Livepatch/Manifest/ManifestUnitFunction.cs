using Klp.Kernel.Facts;

namespace Klp.Livepatch.Manifest;

/// <summary>A function of a unit that is replaced.</summary>
/// <param name="OldName">The function that is patched.</param>
/// <param name="Sympos">0 for a unique name, else its 1-based position.</param>
/// <param name="NewName">The function it is patched with.</param>
/// <param name="Reason">Why it is replaced, such as <c>changed</c>.</param>
public sealed record ManifestUnitFunction(string OldName, Sympos Sympos, string NewName, string Reason);
