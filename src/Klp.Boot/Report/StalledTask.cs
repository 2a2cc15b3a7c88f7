namespace Klp.Boot.Report;

/// <summary>A task of the guest that holds a step up, such as the transition of a livepatch.</summary>
/// <param name="Tid">Its thread id.</param>
/// <param name="PatchState">
/// Its /proc/&lt;tid&gt;/patch_state: 0 unpatched, 1 patched, -1 if the step is not about a transition.
/// </param>
/// <param name="Name">Its name, as in /proc/&lt;tid&gt;/comm.</param>
/// <param name="Stack">Its kernel stack, one frame a line; empty where the kernel does not show it.</param>
public sealed record StalledTask(int Tid, int PatchState, string Name, string Stack);
