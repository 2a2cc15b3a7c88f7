using Klp.Kernel.Facts;

namespace Klp.Livepatch.Manifest;

/// <summary>A function that is replaced by one that no patch of the kernel's source changed.</summary>
/// <param name="ObjectName"><c>vmlinux</c> or the run-time name of the module that has it.</param>
/// <param name="OldName">The function that is patched.</param>
/// <param name="Sympos">0 for a unique name, else its 1-based position.</param>
/// <param name="NewName">The function it is patched with.</param>
/// <param name="Reason">Why it is replaced: <c>written by hand</c>.</param>
public sealed record ManifestFunction(string ObjectName, string OldName, Sympos Sympos, string NewName, string Reason);
