using Klp.Kernel.Diagnostics;

namespace Klp.Kbuild.Building;

/// <summary>A source that the user names.</summary>
/// <param name="Path">The file, as an absolute path.</param>
/// <param name="Name">How the user names it.</param>
/// <param name="Place">Where he does; null where that is no file.</param>
public sealed record LivepatchSource(string Path, string Name, SourcePlace? Place = null);
