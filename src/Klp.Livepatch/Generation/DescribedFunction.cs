using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;

namespace Klp.Livepatch.Generation;

/// <summary>A function to patch: an entry of a klp_func table to be.</summary>
/// <param name="Name">old_name.</param>
/// <param name="ObjectName">The object that has it: <c>vmlinux</c> or a module's run-time name.</param>
/// <param name="NewName">The C function of the project that replaces it.</param>
/// <param name="Sympos">old_sympos: 0 for a unique name, else its 1-based position.</param>
/// <param name="Place">Where the project says so.</param>
public sealed record DescribedFunction(string Name, string ObjectName, string NewName, Sympos Sympos, SourcePlace? Place = null);
