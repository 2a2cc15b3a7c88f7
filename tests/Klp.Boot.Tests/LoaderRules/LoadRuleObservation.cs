using Klp.Boot.Report;

namespace Klp.Boot.Tests.LoaderRules;

/// <summary>What a guest did with a livepatch that breaks a rule.</summary>
internal sealed record LoadRuleObservation
{
    /// <summary>The step that loaded the livepatch.</summary>
    public required StepResult Load { get; init; }

    /// <summary>The step that loaded the patched module after it; null where it was there before.</summary>
    public required StepResult? Target { get; init; }

    /// <summary>What the patched functions show that they should not, or the step that the kernel killed; empty where all is well.</summary>
    public required IReadOnlyList<string> Damage { get; init; }

    /// <summary>The kernel's messages about it, without their prefixes; numbers that differ from boot to boot are "…".</summary>
    public required IReadOnlyList<string> Messages { get; init; }

    /// <summary>What the kernel made of the livepatch.</summary>
    public LoadRuleOutcome Outcome => Load.Status == StepStatus.Refused
        ? LoadRuleOutcome.Refused
        : Target?.Status == StepStatus.Refused
            ? LoadRuleOutcome.TargetRefused
            : Damage.Count > 0 ? LoadRuleOutcome.Wrong : LoadRuleOutcome.Loads;

    /// <summary>The observation as the table has it.</summary>
    public override string ToString()
    {
        IEnumerable<string> quoted = Messages.Select(message => $"`{message}`");
        string what = Outcome switch
        {
            LoadRuleOutcome.Refused => $"errno {Load.Errno}",
            LoadRuleOutcome.TargetRefused => $"loads; then zram: errno {Target!.Errno}",
            LoadRuleOutcome.Wrong => (Load.Succeeded ? "loads; " : "") + string.Join("; ", Damage),
            _ => "loads",
        };
        return string.Join("<br>", [what, .. quoted]);
    }
}
