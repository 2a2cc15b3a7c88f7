namespace Klp.Livepatch.Modules;

/// <summary>A state of the system that a livepatch modifies (include/linux/livepatch.h, struct klp_state, since 5.5).</summary>
/// <param name="Id">What tells the state from others.</param>
/// <param name="Version">The version of the change.</param>
public sealed record PatchState(ulong Id, uint Version);
