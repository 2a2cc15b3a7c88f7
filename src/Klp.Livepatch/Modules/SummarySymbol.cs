using Klp.Kernel.Facts;

namespace Klp.Livepatch.Modules;

/// <summary>A livepatch symbol in a <see cref="LivepatchSummary"/>.</summary>
/// <param name="ObjectName">The object that provides it.</param>
/// <param name="Name">Its name in the kernel.</param>
/// <param name="Sympos">0 for a unique name, else its 1-based position.</param>
/// <param name="Relocations">How many livepatch relocations use it.</param>
public sealed record SummarySymbol(string ObjectName, string Name, Sympos Sympos, int Relocations);
