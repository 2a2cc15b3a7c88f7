using Klp.Elf.Model;

namespace Klp.DebugInfo.Dwarf;

/// <summary>The value of an attribute as its form encodes it (DWARF 5, section 7.5.6).</summary>
/// <param name="Number">A number, an offset or an address; of a reference the offset in its unit.</param>
/// <param name="Kind">What the number is.</param>
/// <param name="Text">A string.</param>
/// <param name="Section">Of an address the section, in a relocatable object.</param>
internal readonly record struct DwarfValue(DwarfValueKind Kind, ulong Number = 0, DwarfString Text = default, ElfSection? Section = null);
