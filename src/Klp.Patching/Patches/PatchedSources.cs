namespace Klp.Patching.Patches;

/// <summary>What a series of patches makes of the kernel's source.</summary>
/// <param name="files">The files that it changes.</param>
public sealed class PatchedSources(IReadOnlyList<PatchedSource> files)
{
    /// <summary>
    /// The C sources and headers that it changes, in the order in which it names them first; none where it changes nothing of the
    /// kernel's objects.
    /// </summary>
    public IReadOnlyList<PatchedSource> Files { get; } = files;
}
