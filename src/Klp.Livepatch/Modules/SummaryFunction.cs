using Klp.Kernel.Facts;

namespace Klp.Livepatch.Modules;

/// <summary>A patched function in a <see cref="LivepatchSummary"/>.</summary>
/// <param name="OldName">The function that is patched.</param>
/// <param name="Sympos">0 for a unique name, else its 1-based position.</param>
/// <param name="NewName">The function it is patched with.</param>
public sealed record SummaryFunction(string OldName, Sympos Sympos, string NewName);
