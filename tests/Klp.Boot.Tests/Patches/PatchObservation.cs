using Klp.Boot.Report;

namespace Klp.Boot.Tests.Patches;

/// <summary>What a guest showed of a case.</summary>
/// <param name="Before">Its output before the livepatch was loaded.</param>
/// <param name="Patched">While it was enabled.</param>
/// <param name="Ended">After it was unloaded.</param>
/// <param name="Failures">The steps that failed.</param>
/// <param name="Complaints">What the kernel complained of.</param>
internal sealed record PatchObservation(
    string Before, string Patched, string Ended, IReadOnlyList<StepResult> Failures, IReadOnlyList<KernelLogRecord> Complaints);
