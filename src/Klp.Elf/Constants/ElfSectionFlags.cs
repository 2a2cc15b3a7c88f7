using System.Diagnostics.CodeAnalysis;

namespace Klp.Elf.Constants;

/// <summary>
/// The <c>sh_flags</c> field of a section header (gABI, "Section Header"; include/uapi/linux/elf.h for the livepatch flag).
/// </summary>
[Flags]
[SuppressMessage("Naming", "CA1711:Identifiers should not have incorrect suffix", Justification = "sh_flags is the specification's name.")]
public enum ElfSectionFlags : ulong
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary><c>SHF_WRITE</c> (0x1): writable at run time.</summary>
    Write = 0x1,

    /// <summary><c>SHF_ALLOC</c> (0x2): occupies memory at run time; the module loader loads only these.</summary>
    Alloc = 0x2,

    /// <summary><c>SHF_EXECINSTR</c> (0x4): holds machine instructions.</summary>
    Execute = 0x4,

    /// <summary><c>SHF_MERGE</c> (0x10).</summary>
    Merge = 0x10,

    /// <summary><c>SHF_STRINGS</c> (0x20): NUL-terminated strings of sh_entsize-byte characters.</summary>
    Strings = 0x20,

    /// <summary><c>SHF_INFO_LINK</c> (0x40): sh_info is a section index.</summary>
    InfoLink = 0x40,

    /// <summary><c>SHF_LINK_ORDER</c> (0x80): sh_link is the section whose order this one follows.</summary>
    LinkOrder = 0x80,

    /// <summary><c>SHF_GROUP</c> (0x200): a member of a section group.</summary>
    Group = 0x200,

    /// <summary><c>SHF_COMPRESSED</c> (0x800): the contents are compressed.</summary>
    Compressed = 0x800,

    /// <summary><c>SHF_RELA_LIVEPATCH</c> (0x00100000): relocations that livepatch applies, not the module loader.</summary>
    RelaLivepatch = 0x00100000,
}
