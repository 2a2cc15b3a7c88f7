namespace Klp.Kbuild.Patching;

/// <summary>The kernel that is patched.</summary>
/// <param name="Release">As <c>uname -r</c> prints it.</param>
/// <param name="Architecture">Such as <c>arm64</c>.</param>
/// <param name="BuildId">The build id of vmlinux in hexadecimal digits; null where it has none.</param>
/// <param name="Compiler">The compiler as the kernel's objects name it; null where nothing was compiled.</param>
public sealed record ExplainedKernel(string Release, string Architecture, string? BuildId, string? Compiler);
