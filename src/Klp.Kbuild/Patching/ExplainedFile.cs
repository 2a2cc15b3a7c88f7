namespace Klp.Kbuild.Patching;

/// <summary>A file of the kernel's source that the patches change.</summary>
/// <param name="Path">Its path from the source's root.</param>
/// <param name="IsNew">True for one that they create.</param>
/// <param name="Changes">What they change in it, in the order of the file.</param>
public sealed record ExplainedFile(string Path, bool IsNew, IReadOnlyList<ExplainedChange> Changes);
