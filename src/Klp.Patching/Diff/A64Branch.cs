using static Klp.Elf.Relocations.AArch64RelocationTypes;

namespace Klp.Patching.Diff;

/// <summary>An A64 instruction with a distance to a place in the code (Arm Architecture Reference Manual, C4.1).</summary>
/// <param name="Distance">From the instruction, in bytes.</param>
/// <param name="WithoutDistance">The instruction with a distance of 0.</param>
/// <param name="RelocationType">The relocation that it has where the place is in another section (AAELF64).</param>
internal readonly record struct A64Branch(long Distance, uint WithoutDistance, uint RelocationType)
{
    /// <summary>The size of an instruction in bytes.</summary>
    internal const int Bytes = 4;

    /// <summary>Where it goes on.</summary>
    internal A64Flow Flow => RelocationType switch
    {
        Call26 => A64Flow.Call,
        Jump26 => A64Flow.Jump,
        CondBr19 or TstBr14 => A64Flow.ConditionalJump,
        _ => A64Flow.Next,
    };

    /// <summary>Decodes B, BL, B.cond, BC.cond, CBZ, CBNZ, TBZ, TBNZ, ADR, LDR and PRFM (literal); null for any other.</summary>
    internal static A64Branch? Decode(uint instruction)
    {
        if ((instruction & 0x7C000000) == 0x14000000)
            return Branch(instruction, lowest: 0, bits: 26, instruction >> 31 == 1 ? Call26 : Jump26);
        if ((instruction & 0xFF000000) == 0x54000000 || (instruction & 0x7E000000) == 0x34000000)
            return Branch(instruction, lowest: 5, bits: 19, CondBr19);
        if ((instruction & 0x3B000000) == 0x18000000)
            return Branch(instruction, lowest: 5, bits: 19, LdPrelLo19);
        if ((instruction & 0x7E000000) == 0x36000000)
            return Branch(instruction, lowest: 5, bits: 14, TstBr14);
        if ((instruction & 0x9F000000) == 0x10000000)
        {
            long low = (instruction >> 29) & 3;
            return new A64Branch((SignExtend(instruction >> 5, 19) << 2) | low, instruction & ~0x60FFFFE0u, AdrPrelLo21);
        }

        return null;
    }

    private static A64Branch Branch(uint instruction, int lowest, int bits, uint relocationType)
    {
        uint mask = ((1u << bits) - 1) << lowest;
        return new A64Branch(SignExtend(instruction >> lowest, bits) * Bytes, instruction & ~mask, relocationType);
    }

    private static long SignExtend(uint value, int bits)
    {
        int unused = 64 - bits;
        return (long)value << unused >> unused;
    }
}
