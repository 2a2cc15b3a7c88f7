using Klp.Livepatch.Generation;
using Klp.Livepatch.Manifest;

namespace Klp.Kbuild.Building;

/// <summary>What a build keeps of an <see cref="ExtractedPatch"/> in a file.</summary>
/// <param name="Objects">The objects, which are files of their own.</param>
/// <param name="Functions">The functions to replace.</param>
/// <param name="MadeFrom">The patches, and what became of them.</param>
internal sealed record SavedPatch(IReadOnlyList<SavedObject> Objects, IReadOnlyList<DescribedFunction> Functions, ManifestOrigin MadeFrom);
