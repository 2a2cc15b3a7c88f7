using Klp.Elf.Model;

namespace Klp.Livepatch.Modules;

/// <summary>An entry of a livepatch's klp_func table (include/linux/livepatch.h).</summary>
/// <param name="OldName">old_name: the function to patch.</param>
/// <param name="Sympos">old_sympos: 0 for a unique name, else its 1-based position.</param>
/// <param name="NewSection">The section of the new function.</param>
/// <param name="NewOffset">The new function's offset in that section, in bytes.</param>
public sealed record PatchedFunction(string OldName, ulong Sympos, ElfSection NewSection, ulong NewOffset);
