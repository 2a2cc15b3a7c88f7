namespace Klp.Kbuild.Patching;

/// <summary>A patch.</summary>
/// <param name="Name">As the user names it, or its file's name.</param>
/// <param name="Sha256">SHA-256 of its bytes in hexadecimal digits; null where it was not read.</param>
public sealed record ExplainedPatch(string Name, string? Sha256);
