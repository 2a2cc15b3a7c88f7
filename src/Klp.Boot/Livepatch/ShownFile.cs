using Klp.Boot.Report;

namespace Klp.Boot.Livepatch;

/// <summary>A file of the guest, before, while and after the livepatch was in force.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Before">What reading it gave before the livepatch was loaded.</param>
/// <param name="Patched">The same after its transition, and after the modules that are loaded later.</param>
/// <param name="After">The same after it was disabled and unloaded.</param>
public sealed record ShownFile(string Path, StepResult Before, StepResult Patched, StepResult After);
