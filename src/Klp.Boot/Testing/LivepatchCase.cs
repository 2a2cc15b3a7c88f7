using Klp.Kernel.Diagnostics;

namespace Klp.Boot.Testing;

/// <summary>One thing that is tested of a livepatch.</summary>
/// <param name="Name">Its name, unique in the test of a kernel: "transition completes".</param>
/// <param name="Place">Where in the user's files it comes from; null for the livepatch's life itself.</param>
public sealed record LivepatchCase(string Name, SourcePlace? Place = null);
