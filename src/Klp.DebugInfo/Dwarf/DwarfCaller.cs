using Klp.Elf.Model;

namespace Klp.DebugInfo.Dwarf;

/// <summary>A function that another one is inlined into.</summary>
/// <param name="Name">Its name in the source.</param>
/// <param name="Address">Where its code starts, as <see cref="DwarfFunction.Address"/>; null where it is in several pieces.</param>
/// <param name="Section">The section of the address in a relocatable object.</param>
public sealed record DwarfCaller(string Name, ulong? Address, ElfSection? Section);
