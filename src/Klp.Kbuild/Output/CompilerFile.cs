namespace Klp.Kbuild.Output;

/// <summary>A file that a tool's message names.</summary>
/// <param name="Path">The real file.</param>
/// <param name="IsUsers">True when it belongs to the user's project, false for the kernel's, the SDK's and made ones.</param>
/// <param name="IsWrapper">True when the message named the wrapper, which the user need not know about.</param>
public sealed record CompilerFile(string Path, bool IsUsers, bool IsWrapper = false);
