using Klp.Kernel.Diagnostics;

namespace Klp.Kbuild.Patching;

/// <summary>A file of the kernel's source as a patch leaves it, which compiles read in its place.</summary>
/// <param name="Path">Its path from the source's root.</param>
/// <param name="Contents">What the compiler reads; null for a file that the patch deletes.</param>
/// <param name="IsNew">True for a file that the patch creates.</param>
/// <param name="PatchedLineOf">The line of the patched file, from 1 on, for one that the compiler names.</param>
/// <param name="PlaceOf">Where a line of the patched file, from 1 on, stands in the patch; null where the patch does not show it.</param>
/// <param name="FirstChange">Where the patch changes the file first; null where the patch is not known.</param>
/// <param name="IsChanged">Whether the patch adds a line of the patched file, from 1 on.</param>
public sealed record OverlaidFile(
    string Path,
    byte[]? Contents,
    bool IsNew,
    Func<int, int> PatchedLineOf,
    Func<int, SourcePlace?> PlaceOf,
    SourcePlace? FirstChange,
    Func<int, bool> IsChanged);
