namespace Klp.Patching.Diff;

/// <summary>An A64 instruction with a distance to a place in the code (Arm Architecture Reference Manual, C4.1).</summary>
/// <param name="Distance">From the instruction, in bytes.</param>
/// <param name="WithoutDistance">The instruction with a distance of 0.</param>
/// <param name="RelocationType">The relocation that it has where the place is in another section (AAELF64).</param>
internal readonly record struct A64Branch(long Distance, uint WithoutDistance, uint RelocationType)
{
    /// <summary>The size of an instruction in bytes.</summary>
    internal const int Bytes = 4;

    private const uint LoadLiteral = 273;
    private const uint Address = 274;
    private const uint TestAndBranch = 279;
    private const uint ConditionalBranch = 280;
    private const uint Jump = 282;
    private const uint Call = 283;

    /// <summary>Decodes B, BL, B.cond, BC.cond, CBZ, CBNZ, TBZ, TBNZ, ADR and LDR (literal); null for any other.</summary>
    internal static A64Branch? Decode(uint instruction)
    {
        if ((instruction & 0x7C000000) == 0x14000000)
            return Branch(instruction, lowest: 0, bits: 26, instruction >> 31 == 1 ? Call : Jump);
        if ((instruction & 0xFF000000) == 0x54000000 || (instruction & 0x7E000000) == 0x34000000)
            return Branch(instruction, lowest: 5, bits: 19, ConditionalBranch);
        if ((instruction & 0x3B000000) == 0x18000000)
            return Branch(instruction, lowest: 5, bits: 19, LoadLiteral);
        if ((instruction & 0x7E000000) == 0x36000000)
            return Branch(instruction, lowest: 5, bits: 14, TestAndBranch);
        if ((instruction & 0x9F000000) == 0x10000000)
        {
            long low = (instruction >> 29) & 3;
            return new A64Branch((SignExtend(instruction >> 5, 19) << 2) | low, instruction & ~0x60FFFFE0u, Address);
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
