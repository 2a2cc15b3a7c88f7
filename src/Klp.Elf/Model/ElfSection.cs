using System.Diagnostics;
using Klp.Elf.Constants;

namespace Klp.Elf.Model;

/// <summary>
/// A section of an editable object. Sections refer to each other, and to symbols, by object; indices exist only in files.
/// The subclasses are the sections that hold such references: <see cref="ElfSymbolTable"/>, <see cref="ElfRelocationSection"/>,
/// <see cref="ElfStringTable"/>, <see cref="ElfGroupSection"/> and <see cref="ElfSymbolIndexSection"/>; all others are an
/// <see cref="ElfDataSection"/>.
/// </summary>
[DebuggerDisplay("{Name} {Type}")]
public abstract class ElfSection
{
    // No section needs more, and offsets that are rounded up to it cannot overflow.
    private const ulong MaximumAlignment = 1 << 30;

    private string name;

    private protected ElfSection(string name, ElfSectionType type)
    {
        this.name = name;
        Type = type;
    }

    /// <summary>The name, its dot included; one character a byte (ISO 8859-1).</summary>
    public string Name
    {
        get => name;
        set
        {
            if (name == value)
                return;
            name = value;
            NameOffset = null;
        }
    }

    /// <summary><c>sh_type</c>.</summary>
    public ElfSectionType Type { get; }

    /// <summary><c>sh_flags</c>.</summary>
    public ElfSectionFlags Flags { get; set; }

    /// <summary><c>sh_addr</c>, 0 in relocatable objects.</summary>
    public ulong Address { get; set; }

    /// <summary><c>sh_addralign</c> in bytes; 0 and 1 mean none.</summary>
    public ulong Alignment { get; set; } = 1;

    /// <summary><c>sh_entsize</c> in bytes; 0 for contents without entries of one size.</summary>
    public ulong EntrySize { get; set; }

    /// <summary>The section that <c>sh_link</c> names, or null for 0.</summary>
    public ElfSection? Link { get; set; }

    /// <summary>
    /// The section that <c>sh_info</c> names, or null: for SHT_REL, SHT_RELA and sections with SHF_INFO_LINK,
    /// the section the relocations apply to.
    /// </summary>
    public ElfSection? InfoSection { get; set; }

    /// <summary><c>sh_info</c> where it is a plain number; the symbol table's and a group's are derived when written.</summary>
    public uint InfoValue { get; set; }

    /// <summary><c>sh_size</c> in bytes.</summary>
    public abstract ulong Size { get; }

    /// <summary>True when the section has bytes in the file.</summary>
    public bool HasContents => Type is not (ElfSectionType.Null or ElfSectionType.NoBits);

    /// <summary>The object that has the section, or null.</summary>
    internal ElfObject? Owner { get; set; }

    /// <summary>Offset of the name in the name table, in bytes, as read from the file; null when the name is new.</summary>
    internal uint? NameOffset { get; set; }

    /// <summary>Where the section was in the file it was read from, in bytes; null for a new section.</summary>
    internal ulong? OriginalOffset { get; set; }

    /// <summary>How large the section was in the file it was read from, in bytes.</summary>
    internal ulong OriginalSize { get; set; }

    /// <summary>True for what may stand in sh_addralign: 0, or a power of two of a sensible size.</summary>
    internal static bool IsAlignment(ulong alignment) => alignment == 0 || (ulong.IsPow2(alignment) && alignment <= MaximumAlignment);
}
