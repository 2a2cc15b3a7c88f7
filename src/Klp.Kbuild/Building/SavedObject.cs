namespace Klp.Kbuild.Building;

/// <summary>An object of a <see cref="SavedPatch"/>.</summary>
/// <param name="Name">Its name, without an extension.</param>
/// <param name="Sha256">The SHA-256 of its bytes, in hexadecimal digits.</param>
internal sealed record SavedObject(string Name, string Sha256);
