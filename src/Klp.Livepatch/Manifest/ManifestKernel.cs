namespace Klp.Livepatch.Manifest;

/// <summary>The kernel a livepatch was made against.</summary>
/// <param name="Release">As <c>uname -r</c> prints it.</param>
/// <param name="Architecture">Such as <c>arm64</c>.</param>
/// <param name="BuildId">The build id of vmlinux in hexadecimal digits, as in /sys/kernel/notes; null without vmlinux.</param>
/// <param name="SymbolsSha256">SHA-256 of the symbol database in hexadecimal digits, or null.</param>
public sealed record ManifestKernel(string Release, string Architecture, string? BuildId, string? SymbolsSha256);
