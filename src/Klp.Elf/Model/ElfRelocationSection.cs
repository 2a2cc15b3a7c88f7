using Klp.Elf.Constants;

namespace Klp.Elf.Model;

/// <summary>Relocations (SHT_RELA or SHT_REL). <see cref="ElfSection.InfoSection"/> is the section they apply to.</summary>
public sealed class ElfRelocationSection : ElfSection
{
    /// <summary>Size of <c>Elf64_Rela</c> in bytes.</summary>
    public const int RelaEntryBytes = 24;

    /// <summary>Size of <c>Elf64_Rel</c> in bytes.</summary>
    public const int RelEntryBytes = 16;

    /// <summary>Creates an empty SHT_RELA section.</summary>
    /// <param name="name">The name, its dot included.</param>
    /// <param name="target">The section the relocations apply to.</param>
    /// <param name="symbolTable">The symbol table the relocations refer to.</param>
    public ElfRelocationSection(string name, ElfSection target, ElfSymbolTable symbolTable)
        : this(name, ElfSectionType.Rela)
    {
        InfoSection = target;
        Link = symbolTable;
        Flags = ElfSectionFlags.InfoLink;
        Alignment = 8;
        EntrySize = RelaEntryBytes;
    }

    internal ElfRelocationSection(string name, ElfSectionType type)
        : base(name, type)
    {
    }

    /// <summary>The relocations in file order.</summary>
    public IList<ElfRelocation> Relocations { get; } = [];

    /// <summary>True for SHT_RELA, whose entries carry their addends.</summary>
    public bool HasAddends => Type == ElfSectionType.Rela;

    /// <inheritdoc/>
    public override ulong Size => (ulong)Relocations.Count * (ulong)EntryBytes;

    internal int EntryBytes => HasAddends ? RelaEntryBytes : RelEntryBytes;
}
