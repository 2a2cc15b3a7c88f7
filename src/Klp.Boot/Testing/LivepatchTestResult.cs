using Klp.Boot.Livepatch;
using Klp.Boot.Machine;

namespace Klp.Boot.Testing;

/// <summary>What came of testing livepatches on a kernel.</summary>
public sealed record LivepatchTestResult
{
    /// <summary>The results of the selected cases, in their order.</summary>
    public required IReadOnlyList<CaseResult> Cases { get; init; }

    /// <summary>The run of the guest; null if it could not be started.</summary>
    public BootResult? Boot { get; init; }

    /// <summary>The files that were to be shown, in the order given; empty if the guest could not be started.</summary>
    public IReadOnlyList<ShownFile> Files { get; init; } = [];

    /// <summary>
    /// What the guest reported, to read: the kernel's log with the steps and their output. Null if it could not be started.
    /// </summary>
    public string? Transcript => Boot is null ? null : string.Join('\n', GuestTranscript.All(Boot)) + "\n";

    /// <summary>Whether no case failed.</summary>
    public bool Succeeded => Cases.All(result => result.Outcome != CaseOutcome.Failed);
}
