namespace Klp.Kbuild.Patching;

/// <summary>Lines of the kernel's source that a patch replaces.</summary>
/// <param name="File">The file, from the source's root.</param>
/// <param name="OriginalLine">
/// The first of the deleted lines in the original, from 1 on; without any, the line before which others are added.
/// </param>
/// <param name="Deleted">The deleted lines; there may be none.</param>
/// <param name="PatchedLine">
/// The first of the added lines in the patched file, from 1 on; without any, the line behind the deleted ones.
/// </param>
/// <param name="Added">The added lines; there may be none.</param>
/// <param name="Function">
/// The function of the source that they are in, where that is another than the one that they are told of; else null.
/// </param>
/// <param name="Patch">The patch's name; null where it is not known.</param>
/// <param name="PatchLine">Where in the patch they stand, from 1 on; 0 where it is not known.</param>
public sealed record ExplainedChange(
    string File,
    int OriginalLine,
    IReadOnlyList<string> Deleted,
    int PatchedLine,
    IReadOnlyList<string> Added,
    string? Function,
    string? Patch,
    int PatchLine);
