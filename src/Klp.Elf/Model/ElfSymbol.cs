using System.Diagnostics;
using Klp.Elf.Constants;

namespace Klp.Elf.Model;

/// <summary>A symbol of an editable object (gABI, "Symbol Table"). Its index exists only in files.</summary>
[DebuggerDisplay("{Name} {Binding} {Type}")]
public sealed class ElfSymbol
{
    private string name;
    private ElfSection? section;

    /// <summary>Creates an undefined symbol.</summary>
    /// <param name="name">The name, one character a byte (ISO 8859-1).</param>
    public ElfSymbol(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        this.name = name;
    }

    /// <summary>The name, one character a byte (ISO 8859-1); a section symbol's is usually empty.</summary>
    public string Name
    {
        get => name;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (name == value)
                return;
            name = value;
            NameOffset = null;
        }
    }

    /// <summary><c>st_value</c>: offset in <see cref="Section"/> in bytes; alignment for SHN_COMMON; 0 when undefined.</summary>
    public ulong Value { get; set; }

    /// <summary><c>st_size</c> in bytes; 0 when unknown.</summary>
    public ulong Size { get; set; }

    /// <summary>The binding.</summary>
    public ElfSymbolBinding Binding { get; set; }

    /// <summary>The type.</summary>
    public ElfSymbolType Type { get; set; }

    /// <summary><c>st_other</c>: visibility in the lowest two bits, the rest for the psABI.</summary>
    public byte Other { get; set; }

    /// <summary>The section that defines the symbol, or null when <see cref="SpecialIndex"/> tells where it is.</summary>
    public ElfSection? Section
    {
        get => section;
        set
        {
            section = value;
            SpecialIndex = ElfSectionIndex.Undefined;
        }
    }

    /// <summary>Where <see cref="Section"/> is null: SHN_UNDEF or a reserved value of <see cref="ElfSectionIndex"/>.</summary>
    public ushort SpecialIndex { get; private set; }

    /// <summary>True when the symbol is defined elsewhere (SHN_UNDEF).</summary>
    public bool IsUndefined => section is null && SpecialIndex == ElfSectionIndex.Undefined;

    /// <summary>True when livepatch resolves the symbol (SHN_LIVEPATCH).</summary>
    public bool IsLivepatch => section is null && SpecialIndex == ElfSectionIndex.Livepatch;

    /// <summary>The table that has the symbol, or null.</summary>
    internal ElfSymbolTable? Owner { get; set; }

    /// <summary>The index in the file that the symbol was read from; null for a new symbol.</summary>
    internal int? OriginalIndex { get; init; }

    /// <summary>Offset of the name in the string table, in bytes, as read from the file; null when the name is new.</summary>
    internal uint? NameOffset { get; set; }

    /// <summary>Makes the symbol one without a section.</summary>
    /// <param name="specialIndex">SHN_UNDEF or a reserved value of <see cref="ElfSectionIndex"/>, such as SHN_LIVEPATCH.</param>
    public void SetSpecialIndex(ushort specialIndex)
    {
        if (specialIndex is not ElfSectionIndex.Undefined and (< ElfSectionIndex.LowReserved or ElfSectionIndex.Extended))
            throw new ArgumentOutOfRangeException(nameof(specialIndex), specialIndex, "Expected SHN_UNDEF or a reserved section index.");
        section = null;
        SpecialIndex = specialIndex;
    }
}
