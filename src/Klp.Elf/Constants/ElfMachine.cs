namespace Klp.Elf.Constants;

/// <summary>
/// The <c>e_machine</c> field of the ELF header: the architecture the file is for (gABI, "ELF Header").
/// Only the architectures whose kernels can livepatch have a name here; other values are kept as they are.
/// </summary>
public enum ElfMachine
{
    /// <summary><c>EM_NONE</c> (0): no machine.</summary>
    None = 0,

    /// <summary><c>EM_PPC64</c> (21): 64-bit PowerPC. Linux livepatches its little-endian form, ppc64le.</summary>
    PowerPC64 = 21,

    /// <summary><c>EM_S390</c> (22): IBM z/Architecture, big-endian.</summary>
    S390 = 22,

    /// <summary><c>EM_X86_64</c> (62): AMD64 and Intel 64.</summary>
    X8664 = 62,

    /// <summary><c>EM_AARCH64</c> (183): 64-bit Arm, "arm64" in the kernel.</summary>
    AArch64 = 183,

    /// <summary><c>EM_LOONGARCH</c> (258): LoongArch.</summary>
    LoongArch = 258,
}
