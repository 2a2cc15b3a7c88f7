using Klp.Elf.Model;
using Klp.Kernel.Facts;

namespace Klp.Livepatch.Modules;

/// <summary>An entry of a livepatch's klp_func table (include/linux/livepatch.h).</summary>
/// <param name="OldName">old_name: the function to patch.</param>
/// <param name="Sympos">old_sympos: 0 for a unique name, else its 1-based position.</param>
/// <param name="NewFunction">new_func: where the new function begins.</param>
public sealed record PatchedFunction(string OldName, Sympos Sympos, ElfPlace NewFunction);
