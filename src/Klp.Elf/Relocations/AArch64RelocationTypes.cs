namespace Klp.Elf.Relocations;

/// <summary>ELF for the Arm 64-bit Architecture (AAELF64), "Relocation", LP64. 256 is the NONE of its first edition.</summary>
public static class AArch64RelocationTypes
{
    /// <summary>R_AARCH64_ABS64: an address of eight bytes.</summary>
    public const uint Abs64 = 257;

    /// <summary>R_AARCH64_LD_PREL_LO19: the distance of LDR (literal) and PRFM (literal), up to 1 MiB.</summary>
    public const uint LdPrelLo19 = 273;

    /// <summary>R_AARCH64_ADR_PREL_LO21: the distance of ADR, up to 1 MiB.</summary>
    public const uint AdrPrelLo21 = 274;

    /// <summary>R_AARCH64_ADD_ABS_LO12_NC: the part of an address within a page, in ADD.</summary>
    public const uint AddAbsLo12Nc = 277;

    /// <summary>R_AARCH64_TSTBR14: the distance of TBZ and TBNZ, up to 32 KiB.</summary>
    public const uint TstBr14 = 279;

    /// <summary>R_AARCH64_CONDBR19: the distance of B.cond, CBZ and CBNZ, up to 1 MiB.</summary>
    public const uint CondBr19 = 280;

    /// <summary>R_AARCH64_JUMP26: the distance of B, up to 128 MiB; a linker or loader that needs more makes a veneer.</summary>
    public const uint Jump26 = 282;

    /// <summary>R_AARCH64_CALL26: the same of BL.</summary>
    public const uint Call26 = 283;

    internal static RelocationTypes Table { get; } = new([0, 256], new Dictionary<uint, string>
    {
        [0] = "R_AARCH64_NONE",
        [256] = "R_AARCH64_NULL",
        [257] = "R_AARCH64_ABS64",
        [258] = "R_AARCH64_ABS32",
        [259] = "R_AARCH64_ABS16",
        [260] = "R_AARCH64_PREL64",
        [261] = "R_AARCH64_PREL32",
        [262] = "R_AARCH64_PREL16",
        [263] = "R_AARCH64_MOVW_UABS_G0",
        [264] = "R_AARCH64_MOVW_UABS_G0_NC",
        [265] = "R_AARCH64_MOVW_UABS_G1",
        [266] = "R_AARCH64_MOVW_UABS_G1_NC",
        [267] = "R_AARCH64_MOVW_UABS_G2",
        [268] = "R_AARCH64_MOVW_UABS_G2_NC",
        [269] = "R_AARCH64_MOVW_UABS_G3",
        [270] = "R_AARCH64_MOVW_SABS_G0",
        [271] = "R_AARCH64_MOVW_SABS_G1",
        [272] = "R_AARCH64_MOVW_SABS_G2",
        [273] = "R_AARCH64_LD_PREL_LO19",
        [274] = "R_AARCH64_ADR_PREL_LO21",
        [275] = "R_AARCH64_ADR_PREL_PG_HI21",
        [276] = "R_AARCH64_ADR_PREL_PG_HI21_NC",
        [277] = "R_AARCH64_ADD_ABS_LO12_NC",
        [278] = "R_AARCH64_LDST8_ABS_LO12_NC",
        [279] = "R_AARCH64_TSTBR14",
        [280] = "R_AARCH64_CONDBR19",
        [282] = "R_AARCH64_JUMP26",
        [283] = "R_AARCH64_CALL26",
        [284] = "R_AARCH64_LDST16_ABS_LO12_NC",
        [285] = "R_AARCH64_LDST32_ABS_LO12_NC",
        [286] = "R_AARCH64_LDST64_ABS_LO12_NC",
        [287] = "R_AARCH64_MOVW_PREL_G0",
        [288] = "R_AARCH64_MOVW_PREL_G0_NC",
        [289] = "R_AARCH64_MOVW_PREL_G1",
        [290] = "R_AARCH64_MOVW_PREL_G1_NC",
        [291] = "R_AARCH64_MOVW_PREL_G2",
        [292] = "R_AARCH64_MOVW_PREL_G2_NC",
        [293] = "R_AARCH64_MOVW_PREL_G3",
        [299] = "R_AARCH64_LDST128_ABS_LO12_NC",
        [300] = "R_AARCH64_MOVW_GOTOFF_G0",
        [301] = "R_AARCH64_MOVW_GOTOFF_G0_NC",
        [302] = "R_AARCH64_MOVW_GOTOFF_G1",
        [303] = "R_AARCH64_MOVW_GOTOFF_G1_NC",
        [304] = "R_AARCH64_MOVW_GOTOFF_G2",
        [305] = "R_AARCH64_MOVW_GOTOFF_G2_NC",
        [306] = "R_AARCH64_MOVW_GOTOFF_G3",
        [307] = "R_AARCH64_GOTREL64",
        [308] = "R_AARCH64_GOTREL32",
        [309] = "R_AARCH64_GOT_LD_PREL19",
        [310] = "R_AARCH64_LD64_GOTOFF_LO15",
        [311] = "R_AARCH64_ADR_GOT_PAGE",
        [312] = "R_AARCH64_LD64_GOT_LO12_NC",
        [313] = "R_AARCH64_LD64_GOTPAGE_LO15",
        [314] = "R_AARCH64_PLT32",
        [315] = "R_AARCH64_GOTPCREL32",
        [316] = "R_AARCH64_PATCHINST",
        [317] = "R_AARCH64_FUNCINIT64",
        [512] = "R_AARCH64_TLSGD_ADR_PREL21",
        [513] = "R_AARCH64_TLSGD_ADR_PAGE21",
        [514] = "R_AARCH64_TLSGD_ADD_LO12_NC",
        [515] = "R_AARCH64_TLSGD_MOVW_G1",
        [516] = "R_AARCH64_TLSGD_MOVW_G0_NC",
        [517] = "R_AARCH64_TLSLD_ADR_PREL21",
        [518] = "R_AARCH64_TLSLD_ADR_PAGE21",
        [519] = "R_AARCH64_TLSLD_ADD_LO12_NC",
        [520] = "R_AARCH64_TLSLD_MOVW_G1",
        [521] = "R_AARCH64_TLSLD_MOVW_G0_NC",
        [522] = "R_AARCH64_TLSLD_LD_PREL19",
        [523] = "R_AARCH64_TLSLD_MOVW_DTPREL_G2",
        [524] = "R_AARCH64_TLSLD_MOVW_DTPREL_G1",
        [525] = "R_AARCH64_TLSLD_MOVW_DTPREL_G1_NC",
        [526] = "R_AARCH64_TLSLD_MOVW_DTPREL_G0",
        [527] = "R_AARCH64_TLSLD_MOVW_DTPREL_G0_NC",
        [528] = "R_AARCH64_TLSLD_ADD_DTPREL_HI12",
        [529] = "R_AARCH64_TLSLD_ADD_DTPREL_LO12",
        [530] = "R_AARCH64_TLSLD_ADD_DTPREL_LO12_NC",
        [531] = "R_AARCH64_TLSLD_LDST8_DTPREL_LO12",
        [532] = "R_AARCH64_TLSLD_LDST8_DTPREL_LO12_NC",
        [533] = "R_AARCH64_TLSLD_LDST16_DTPREL_LO12",
        [534] = "R_AARCH64_TLSLD_LDST16_DTPREL_LO12_NC",
        [535] = "R_AARCH64_TLSLD_LDST32_DTPREL_LO12",
        [536] = "R_AARCH64_TLSLD_LDST32_DTPREL_LO12_NC",
        [537] = "R_AARCH64_TLSLD_LDST64_DTPREL_LO12",
        [538] = "R_AARCH64_TLSLD_LDST64_DTPREL_LO12_NC",
        [539] = "R_AARCH64_TLSIE_MOVW_GOTTPREL_G1",
        [540] = "R_AARCH64_TLSIE_MOVW_GOTTPREL_G0_NC",
        [541] = "R_AARCH64_TLSIE_ADR_GOTTPREL_PAGE21",
        [542] = "R_AARCH64_TLSIE_LD64_GOTTPREL_LO12_NC",
        [543] = "R_AARCH64_TLSIE_LD_GOTTPREL_PREL19",
        [544] = "R_AARCH64_TLSLE_MOVW_TPREL_G2",
        [545] = "R_AARCH64_TLSLE_MOVW_TPREL_G1",
        [546] = "R_AARCH64_TLSLE_MOVW_TPREL_G1_NC",
        [547] = "R_AARCH64_TLSLE_MOVW_TPREL_G0",
        [548] = "R_AARCH64_TLSLE_MOVW_TPREL_G0_NC",
        [549] = "R_AARCH64_TLSLE_ADD_TPREL_HI12",
        [550] = "R_AARCH64_TLSLE_ADD_TPREL_LO12",
        [551] = "R_AARCH64_TLSLE_ADD_TPREL_LO12_NC",
        [552] = "R_AARCH64_TLSLE_LDST8_TPREL_LO12",
        [553] = "R_AARCH64_TLSLE_LDST8_TPREL_LO12_NC",
        [554] = "R_AARCH64_TLSLE_LDST16_TPREL_LO12",
        [555] = "R_AARCH64_TLSLE_LDST16_TPREL_LO12_NC",
        [556] = "R_AARCH64_TLSLE_LDST32_TPREL_LO12",
        [557] = "R_AARCH64_TLSLE_LDST32_TPREL_LO12_NC",
        [558] = "R_AARCH64_TLSLE_LDST64_TPREL_LO12",
        [559] = "R_AARCH64_TLSLE_LDST64_TPREL_LO12_NC",
        [560] = "R_AARCH64_TLSDESC_LD_PREL19",
        [561] = "R_AARCH64_TLSDESC_ADR_PREL21",
        [562] = "R_AARCH64_TLSDESC_ADR_PAGE21",
        [563] = "R_AARCH64_TLSDESC_LD64_LO12",
        [564] = "R_AARCH64_TLSDESC_ADD_LO12",
        [565] = "R_AARCH64_TLSDESC_OFF_G1",
        [566] = "R_AARCH64_TLSDESC_OFF_G0_NC",
        [567] = "R_AARCH64_TLSDESC_LDR",
        [568] = "R_AARCH64_TLSDESC_ADD",
        [569] = "R_AARCH64_TLSDESC_CALL",
        [570] = "R_AARCH64_TLSLE_LDST128_TPREL_LO12",
        [571] = "R_AARCH64_TLSLE_LDST128_TPREL_LO12_NC",
        [572] = "R_AARCH64_TLSLD_LDST128_DTPREL_LO12",
        [573] = "R_AARCH64_TLSLD_LDST128_DTPREL_LO12_NC",
        [580] = "R_AARCH64_AUTH_ABS64",
    })
    {
        OfEightBytes = [257, 260, 307, 317, 580],
        OfTwoBytes = [259, 262],
        Branches = [TstBr14, CondBr19, Jump26, Call26],
        Calls = [Call26],
    };
}
