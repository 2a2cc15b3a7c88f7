namespace Klp.Livepatch.Modules;

/// <summary>A patched object in a <see cref="LivepatchSummary"/>.</summary>
/// <param name="Name"><c>vmlinux</c> or the module's run-time name.</param>
/// <param name="Functions">Its patched functions.</param>
public sealed record SummaryObject(string Name, IReadOnlyList<SummaryFunction> Functions);
