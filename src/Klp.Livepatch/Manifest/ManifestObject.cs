using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Manifest;

/// <summary>An object that a livepatch patches.</summary>
/// <param name="Name"><c>vmlinux</c> or the module's run-time name.</param>
/// <param name="SrcVersion">modinfo's srcversion of the module that it was made against; null where it has none.</param>
/// <param name="Functions">The patched functions.</param>
/// <param name="Needs">Other modules that must be loaded before this object is patched: their symbols are used.</param>
public sealed record ManifestObject(string Name, string? SrcVersion, IReadOnlyList<SummaryFunction> Functions, IReadOnlyList<string> Needs);
