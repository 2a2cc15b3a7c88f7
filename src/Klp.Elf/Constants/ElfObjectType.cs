namespace Klp.Elf.Constants;

/// <summary>The <c>e_type</c> field of the ELF header (gABI, "ELF Header").</summary>
public enum ElfObjectType
{
    /// <summary><c>ET_NONE</c> (0).</summary>
    None = 0,

    /// <summary><c>ET_REL</c> (1): a relocatable object, such as a <c>.o</c> or a kernel module.</summary>
    Relocatable = 1,

    /// <summary><c>ET_EXEC</c> (2): an executable, such as vmlinux of x86-64.</summary>
    Executable = 2,

    /// <summary><c>ET_DYN</c> (3): a shared object, such as vmlinux of a relocatable arm64 kernel.</summary>
    Shared = 3,

    /// <summary><c>ET_CORE</c> (4).</summary>
    Core = 4,
}
