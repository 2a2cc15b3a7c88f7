namespace Klp.Livepatch.Modules;

/// <summary>A livepatch relocation section in a <see cref="LivepatchSummary"/>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ObjectName">The object whose loading applies it; empty when the name does not tell.</param>
/// <param name="Target">The section it applies to.</param>
/// <param name="Relocations">The number of its relocations.</param>
public sealed record SummarySection(string Name, string ObjectName, string Target, int Relocations);
