namespace Klp.Elf.Constants;

/// <summary>
/// Values of <c>st_shndx</c> that are no section's index (gABI, "Special Section Indexes";
/// include/uapi/linux/elf.h for <see cref="Livepatch"/>).
/// </summary>
public static class ElfSectionIndex
{
    /// <summary><c>SHN_UNDEF</c> (0): the symbol is defined elsewhere.</summary>
    public const ushort Undefined = 0;

    /// <summary><c>SHN_LORESERVE</c> (0xff00): this index and all above it are reserved.</summary>
    public const ushort LowReserved = 0xff00;

    /// <summary><c>SHN_LIVEPATCH</c> (0xff20): livepatch resolves the symbol through kallsyms.</summary>
    public const ushort Livepatch = 0xff20;

    /// <summary><c>SHN_ABS</c> (0xfff1): the value is absolute and does not relocate.</summary>
    public const ushort Absolute = 0xfff1;

    /// <summary><c>SHN_COMMON</c> (0xfff2): an unallocated common block; the module loader refuses it.</summary>
    public const ushort Common = 0xfff2;

    /// <summary><c>SHN_XINDEX</c> (0xffff): the index is in the SHT_SYMTAB_SHNDX section.</summary>
    public const ushort Extended = 0xffff;
}
