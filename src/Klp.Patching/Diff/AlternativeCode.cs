using Klp.Elf.Model;

namespace Klp.Patching.Diff;

/// <summary>
/// Finds the code that the kernel may put in the place of a function's own, where that is not in the function: at the end of a
/// section that several share.
/// </summary>
internal sealed class AlternativeCode
{
    private readonly Dictionary<(ElfDataSection, ulong, ulong), UnitPart> known = [];

    /// <summary>The code that a reference of an entry leads to.</summary>
    /// <param name="entry">An entry of a table.</param>
    /// <param name="reference">A reference of the entry.</param>
    /// <returns>The code, always the same part for the same place; null for any other reference.</returns>
    internal UnitPart? Of(TableEntry entry, PartReference reference)
    {
        if (!entry.Table.IsAlternatives || reference is not { Offset: SpecialTable.ReplacementOffset, Target: null }
            || reference.Relocation.Target is not { Section: ElfDataSection { HasContents: true } section, Offset: ulong start })
        {
            return null;
        }

        ulong size = entry.Contents[SpecialTable.ReplacementBytesOffset];
        if (start > section.Size || size > section.Size - start)
            return null;
        if (!known.TryGetValue((section, start, size), out UnitPart? code))
        {
            code = new UnitPart { Section = section, Offset = start, Size = size, Kind = PartKind.Alternative, IsShared = true };
            known.Add((section, start, size), code);
        }

        return code;
    }
}
