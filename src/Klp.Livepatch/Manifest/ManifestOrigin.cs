namespace Klp.Livepatch.Manifest;

/// <summary>What a livepatch, or a part of it, was made from: patches of the kernel's source.</summary>
/// <param name="Patches">The patches, in the order in which they apply.</param>
/// <param name="Units">The units of the kernel that are made from a file that they change, in the order of the objects.</param>
/// <param name="Functions">The functions beside those of the units, in the order of the project.</param>
/// <param name="Callbacks">The callbacks, in the order of the project.</param>
public sealed record ManifestOrigin(
    IReadOnlyList<ManifestPatch> Patches,
    IReadOnlyList<ManifestUnit> Units,
    IReadOnlyList<ManifestFunction> Functions,
    IReadOnlyList<ManifestCallback> Callbacks);
