using Klp.Kbuild.Patching;

namespace Klp.Kbuild.Building;

/// <summary>A livepatch that is finished and valid, and not written yet.</summary>
/// <param name="Release">The kernel's release.</param>
/// <param name="Path">The file that it is to be.</param>
/// <param name="Module">The file's bytes: signed or not, compressed or not.</param>
/// <param name="Manifest">The manifest's text, which is JSON.</param>
public sealed record BuiltLivepatch(string Release, string Path, byte[] Module, string Manifest)
{
    /// <summary>What became of the patches; null where there are none.</summary>
    public PatchExplanation? Explanation { get; init; }
}
