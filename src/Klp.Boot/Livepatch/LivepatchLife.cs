namespace Klp.Boot;

/// <summary>The life of one livepatch in the guest.</summary>
/// <param name="Name">The livepatch, as in /sys/kernel/livepatch.</param>
/// <param name="Load">Loading its module.</param>
/// <param name="Transition">Waiting until every task runs the new functions.</param>
/// <param name="Disable">Writing 0 to its "enabled".</param>
/// <param name="Disabled">Waiting until every task runs the old functions, when its directory vanishes.</param>
/// <param name="Unload">Unloading its module.</param>
public sealed record LivepatchLife(
    string Name, StepResult Load, StepResult Transition, StepResult Disable, StepResult Disabled, StepResult Unload)
{
    /// <summary>Whether the kernel took it.</summary>
    public bool IsLoaded => Load.Succeeded;

    /// <summary>Whether it came into force for every task.</summary>
    public bool IsTransitionComplete => Transition.Succeeded;

    /// <summary>Whether it went out of force for every task.</summary>
    public bool IsDisabled => Disable.Succeeded && Disabled.Succeeded;

    /// <summary>Whether its module left the kernel.</summary>
    public bool IsUnloaded => Unload.Succeeded;

    /// <summary>Its steps, in the order of its life.</summary>
    public IEnumerable<StepResult> Steps => [Load, Transition, Disable, Disabled, Unload];
}
