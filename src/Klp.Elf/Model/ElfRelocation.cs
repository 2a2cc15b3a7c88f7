using System.Diagnostics;

namespace Klp.Elf;

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
}
