using Klp.Elf.Model;

namespace Klp.Livepatch.Modules;

/// <summary>An entry of a table by which the kernel rewrites a module's code as the module loads.</summary>
/// <param name="Table">The table, such as <c>.altinstructions</c>.</param>
/// <param name="Offset">Where the entry starts in the table, in bytes.</param>
/// <param name="Size">The entry's size in bytes; 0 where the table's form is unknown.</param>
public sealed record SpecialSectionEntry(ElfSection Table, ulong Offset, ulong Size);
