namespace Klp.Kbuild.Patching;

/// <summary>An object that the livepatch is linked with.</summary>
/// <param name="Name">Its name without extension, which no other of the livepatch has: <c>fs-proc-version</c>.</param>
/// <param name="Contents">The file.</param>
public sealed record ExtractedObject(string Name, byte[] Contents);
