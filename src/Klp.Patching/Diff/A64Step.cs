namespace Klp.Patching.Diff;

/// <summary>
/// What an A64 instruction makes of an address that is in a general register (Arm Architecture Reference Manual, C4.1). Registers
/// are bits; 31 is none of them. What is not decoded loses the address in any register that it may name.
/// </summary>
internal readonly record struct A64Step
{
    /// <summary>The number that stands for no register, or for one that is always 0.</summary>
    internal const int NoRegister = 31;

    /// <summary>Where it goes on.</summary>
    internal A64Flow Flow { get; private init; }

    /// <summary>Registers that are written.</summary>
    internal uint Writes { get; private init; }

    /// <summary>Registers of which what is written is made, by adding to the address or by choosing.</summary>
    internal uint Derives { get; private init; }

    /// <summary>Registers whose value goes where it is not followed: to memory, or into a computation.</summary>
    internal uint Loses { get; private init; }

    /// <summary>Registers that are compared or subtracted: right where all have addresses of one object.</summary>
    internal uint Compares { get; private init; }

    /// <summary>Where on the stack it loads or stores, in bytes from its pointer; null for no fixed place there.</summary>
    internal long? Slot { get; private init; }

    /// <summary>The registers that it loads from the stack or stores there, in the order of their places.</summary>
    internal (int First, int Second) OnStack { get; private init; }

    /// <summary>How many bytes each of them has.</summary>
    internal int SlotBytes { get; private init; }

    /// <summary>True for a load, false for a store, where <see cref="Slot"/> is a place.</summary>
    internal bool IsLoad { get; private init; }

    /// <summary>True where it makes an address of something on the stack.</summary>
    internal bool TakesStack { get; private init; }

    /// <summary>True where a relocation of it makes the address of an object: ADR, ADRP, ADD.</summary>
    internal bool MakesAddress { get; private init; }

    /// <summary>The register that an indirect jump goes to.</summary>
    internal int Register { get; private init; }

    /// <summary>Decodes an instruction.</summary>
    internal static A64Step Decode(uint word) => ((word >> 25) & 15) switch
    {
        0b1000 or 0b1001 => Immediate(word),
        0b1010 or 0b1011 => Branch(word),
        0b0100 or 0b0110 or 0b1100 or 0b1110 => Memory(word),
        0b0101 or 0b1101 => Registers(word),
        // Of vectors, what is moved to one.
        0b0111 or 0b1111 => new A64Step { Loses = Bit(Rn(word)) },
        _ => Unknown(word),
    };

    private const int StackPointer = 31;
    private const int FramePointer = 29;
    private const uint WithFlags = 1u << 29;
    private const uint Subtracts = 1u << 30;

    private static int Rd(uint word) => (int)(word & 31);

    private static int Rn(uint word) => (int)((word >> 5) & 31);

    private static int Ra(uint word) => (int)((word >> 10) & 31);

    private static int Rm(uint word) => (int)((word >> 16) & 31);

    private static uint Bit(int register) => register == NoRegister ? 0 : 1u << register;

    private static A64Step Unknown(uint word) => new() { Loses = Bit(Rd(word)) | Bit(Rn(word)) | Bit(Ra(word)) | Bit(Rm(word)) };

    private static A64Step Write(uint word, uint derives = 0, uint loses = 0, uint compares = 0) =>
        new() { Writes = Bit(Rd(word)), Derives = derives, Loses = loses, Compares = compares };

    private static A64Step Immediate(uint word) => ((word >> 23) & 7) switch
    {
        0b000 or 0b001 => Write(word) with { MakesAddress = true },
        0b010 => Write(word, derives: Bit(Rn(word))) with
        {
            MakesAddress = true,
            TakesStack = Rn(word) is StackPointer or FramePointer && Rd(word) is not (StackPointer or FramePointer),
        },
        // MOVK keeps the rest of the register.
        0b101 => ((word >> 29) & 3) == 3 ? new A64Step() : Write(word),
        0b100 or 0b110 => Write(word, loses: Bit(Rn(word))),
        0b111 => Write(word, loses: Bit(Rn(word)) | Bit(Rm(word))),
        _ => Unknown(word),
    };

    private static A64Step Branch(uint word)
    {
        // What is conditional may look whether there is an address.
        if (A64Branch.Decode(word) is { } branch)
            return new A64Step { Flow = branch.Flow };
        if ((word & 0xFE000000) == 0xD6000000)
        {
            return ((word >> 21) & 7) switch
            {
                0 => new A64Step { Flow = A64Flow.IndirectJump, Register = Rn(word) },
                1 => new A64Step { Flow = A64Flow.IndirectCall },
                _ => new A64Step { Flow = A64Flow.Return },
            };
        }

        // SVC, HVC, SMC; BRK and others go on.
        if ((word & 0xFF000000) == 0xD4000000)
            return new A64Step { Flow = (word & 0x00E0001F) is >= 1 and <= 3 ? A64Flow.IndirectCall : A64Flow.Next };
        if ((word & 0xFFC00000) == 0xD5000000)
            return (word & (1 << 21)) != 0 ? Write(word) : new A64Step { Loses = Bit(Rd(word)) };
        return Unknown(word);
    }

    private static A64Step Registers(uint word)
    {
        uint both = Bit(Rn(word)) | Bit(Rm(word));
        switch ((word >> 24) & 31)
        {
            case 0b01010:
                // MOV is ORR with nothing.
                return (word & 0x7FE0FFE0) == 0x2A0003E0 ? Write(word, derives: both) : Write(word, loses: both);
            case 0b01011:
                return Sum(word, both);
            case 0b11011:
                return Write(word, derives: Bit(Ra(word)), loses: both);
            case 0b11010:
                return ((word >> 21) & 7) switch
                {
                    // CCMP with a register, or with a number.
                    0b010 => new A64Step { Compares = (word & (1 << 11)) == 0 ? both : 0 },
                    0b100 => Write(word, derives: both),
                    0b110 when (word & Subtracts) != 0 => Write(word, loses: Bit(Rn(word))),
                    _ => Write(word, loses: both),
                };
            default:
                return Unknown(word);
        }
    }

    private static A64Step Sum(uint word, uint both)
    {
        bool isExtended = (word & (1 << 21)) != 0;
        bool takesStack = isExtended && Rn(word) == StackPointer;
        if ((word & Subtracts) == 0)
            return Write(word, derives: both) with { TakesStack = takesStack };
        // What is shifted is a distance.
        bool isPlain = !isExtended && (word & 0xFC00) == 0;
        return isPlain || (word & WithFlags) != 0
            ? Write(word, compares: both)
            : Write(word, derives: Bit(Rn(word)), loses: Bit(Rm(word))) with { TakesStack = takesStack };
    }

    private static A64Step Memory(uint word)
    {
        // Vectors are loaded and stored by an address, and hold none.
        if ((word & (1 << 26)) != 0)
            return new A64Step();
        return ((word >> 28) & 3) switch
        {
            0 => Ordered(word),
            1 => Literal(word),
            2 => Pair(word),
            _ => Single(word),
        };
    }

    private static A64Step Ordered(uint word)
    {
        if ((word & (1 << 24)) != 0)
            return Unknown(word);
        uint data = Bit(Rd(word)) | Bit(Ra(word)), status = Bit(Rm(word));
        bool isSecond = (word & (1 << 21)) != 0;
        // CAS and CASP.
        if (isSecond && ((word & (1 << 23)) != 0 || word >> 31 == 0))
            return new A64Step { Loses = data | status | (data << 1) | (status << 1), Writes = status };
        return (word & (1 << 22)) != 0 ? new A64Step { Writes = data } : new A64Step { Loses = data, Writes = status };
    }

    private static A64Step Literal(uint word)
    {
        if ((word & (1 << 24)) == 0)
            return Write(word);
        // LDAPUR and STLUR.
        if ((word & 0x00200C00) != 0)
            return Unknown(word);
        return ((word >> 22) & 3) == 0 ? new A64Step { Loses = Bit(Rd(word)) } : Write(word);
    }

    private static A64Step Pair(uint word)
    {
        int bytes = word >> 31 == 1 ? 8 : 4;
        bool isAtBase = ((word >> 23) & 1) != 0;
        long offset = isAtBase ? 0 : ((int)(word << 10) >> 25) * bytes;
        return Access(word, (word & (1 << 22)) != 0, Rn(word), offset, (Rd(word), Ra(word)), bytes);
    }

    private static A64Step Single(uint word)
    {
        int size = (int)(word >> 30), operation = (int)((word >> 22) & 3), mode = (int)((word >> 10) & 3);
        // PRFM.
        bool isHint = size == 3 && operation == 2;
        if ((word & (1 << 24)) != 0)
            return isHint
                ? new A64Step()
                : Access(word, operation != 0, Rn(word), ((word >> 10) & 0xFFF) << size, (Rd(word), NoRegister), 1 << size);
        if ((word & (1 << 21)) == 0)
        {
            bool isAtBase = mode is 1 or 3;
            return isHint && mode == 0
                ? new A64Step()
                : Access(word, operation != 0, Rn(word), isAtBase ? 0 : (int)(word << 11) >> 23, (Rd(word), NoRegister), 1 << size);
        }

        return mode switch
        {
            // LDADD, SWP and their like.
            0 => Write(word, loses: Bit(Rm(word))),
            2 when isHint => new A64Step(),
            2 => Access(word, operation != 0, Rn(word), null, (Rd(word), NoRegister), 1 << size),
            _ => Write(word),
        };
    }

    private static A64Step Access(uint word, bool isLoad, int register, long? offset, (int First, int Second) data, int bytes)
    {
        uint all = Bit(data.First) | Bit(data.Second);
        bool isStack = register is StackPointer or FramePointer;
        A64Step step = isLoad ? new A64Step { Writes = all } : new A64Step { Loses = isStack && offset is not null ? 0 : all };
        return isStack
            ? step with { Slot = offset, OnStack = data, SlotBytes = bytes, IsLoad = isLoad, TakesStack = offset is null }
            : step;
    }
}
