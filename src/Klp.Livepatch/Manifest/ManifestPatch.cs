namespace Klp.Livepatch.Manifest;

/// <summary>A patch of the kernel's source.</summary>
/// <param name="Name">As the project names it, or its file's name.</param>
/// <param name="Sha256">SHA-256 of the file in hexadecimal digits.</param>
public sealed record ManifestPatch(string Name, string Sha256);
