using Klp.Kernel.Diagnostics;

namespace Klp.Patching.Patches;

/// <summary>Lines of a file that patches replace: what is deleted at a place, and what is added there.</summary>
/// <param name="OriginalBefore">How many lines of the original are before it.</param>
/// <param name="Deleted">The lines of the original that are not in the patched file, without their ends; there may be none.</param>
/// <param name="PatchedBefore">How many lines of the patched file are before it.</param>
/// <param name="Added">The lines that only the patched file has, without their ends; there may be none.</param>
/// <param name="Place">Where in a patch the first of them stands; null where that is not known.</param>
public sealed record SourceChange(
    int OriginalBefore, IReadOnlyList<string> Deleted, int PatchedBefore, IReadOnlyList<string> Added, SourcePlace? Place);
