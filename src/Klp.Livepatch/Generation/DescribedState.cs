using Klp.Kernel.Diagnostics;

namespace Klp.Livepatch.Generation;

/// <summary>A state of the system that a livepatch modifies (Documentation/livepatch/system-state.rst).</summary>
/// <param name="Id">What tells the state from others; not 0, which ends the table.</param>
/// <param name="Version">The version of the change.</param>
/// <param name="Place">Where the project says so.</param>
public sealed record DescribedState(ulong Id, uint Version, SourcePlace? Place = null);
