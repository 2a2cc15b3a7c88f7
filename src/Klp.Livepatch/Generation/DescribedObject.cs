using Klp.Kernel.Diagnostics;

namespace Klp.Livepatch.Generation;

/// <summary>What a project says of a patched object besides its functions.</summary>
/// <param name="Name"><c>vmlinux</c> or a module's run-time name.</param>
/// <param name="Callbacks">Its callbacks, in the order of struct klp_callbacks.</param>
/// <param name="Place">Where the project says so.</param>
public sealed record DescribedObject(string Name, IReadOnlyList<DescribedCallback> Callbacks, SourcePlace? Place = null);
