using System.Diagnostics;

namespace Klp.Elf.Model;

/// <summary>A relocation (gABI, "Relocation").</summary>
[DebuggerDisplay("{Offset} type {Type} {Symbol} + {Addend}")]
public sealed class ElfRelocation
{
    /// <summary><c>r_offset</c>: offset in the section the relocation applies to, in bytes.</summary>
    public ulong Offset { get; set; }

    /// <summary>The type, in the numbers of the machine's psABI; the lower 32 bits of <c>r_info</c>.</summary>
    public uint Type { get; set; }

    /// <summary>The symbol, or null for index 0.</summary>
    public ElfSymbol? Symbol { get; set; }

    /// <summary><c>r_addend</c>; not written for SHT_REL.</summary>
    public long Addend { get; set; }

    /// <summary>
    /// Where it points to: the symbol's value and the addend, or null when the object does not define the symbol. What the
    /// psABI makes of it comes on top: with a PC-relative field of x86-64 the addend is 4 less than what is meant.
    /// </summary>
    public ElfPlace? Target => Symbol is { Section: { } section } ? new ElfPlace(section, Symbol.Value + (ulong)Addend) : null;
}
