using Klp.Kernel.Diagnostics;

namespace Klp.Patching.Patches;

/// <summary>A file while patches are applied to it.</summary>
/// <param name="Path">Its path from the source's root.</param>
/// <param name="Original">Its contents before; empty for a new file.</param>
/// <param name="OriginalLines">How many lines these are.</param>
/// <param name="Lines">Its lines so far.</param>
/// <param name="IsNew">True for one that a patch creates.</param>
/// <param name="FirstChange">The first line in a patch that changes it.</param>
internal sealed record PatchedFile(
    string Path, byte[] Original, int OriginalLines, IReadOnlyList<SourceLine> Lines, bool IsNew, SourcePlace FirstChange);
