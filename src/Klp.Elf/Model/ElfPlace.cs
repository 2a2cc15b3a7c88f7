using System.Diagnostics;

namespace Klp.Elf.Model;

/// <summary>A place in an object: what a relocation applies to or points to, and where a symbol is.</summary>
/// <param name="Section">The section.</param>
/// <param name="Offset">Offset in the section in bytes; it comes from the file and may be outside.</param>
[DebuggerDisplay("{Section.Name} + {Offset}")]
public readonly record struct ElfPlace(ElfSection Section, ulong Offset)
{
    /// <summary>The place some bytes behind another, modulo 2^64.</summary>
    /// <param name="place">The other.</param>
    /// <param name="bytes">How many bytes.</param>
    public static ElfPlace operator +(ElfPlace place, ulong bytes) => place with { Offset = place.Offset + bytes };

    /// <summary>The place some bytes before another, modulo 2^64.</summary>
    /// <param name="place">The other.</param>
    /// <param name="bytes">How many bytes.</param>
    public static ElfPlace operator -(ElfPlace place, ulong bytes) => place with { Offset = place.Offset - bytes };
}
