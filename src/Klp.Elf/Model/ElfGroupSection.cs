using Klp.Elf.Constants;

namespace Klp.Elf.Model;

/// <summary>A section group (SHT_GROUP; gABI, "Section Groups"): its members are kept or dropped together.</summary>
public sealed class ElfGroupSection : ElfSection
{
    /// <summary><c>GRP_COMDAT</c> (1): of the groups with one signature one is kept.</summary>
    public const uint Comdat = 1;

    private const int WordBytes = 4;

    /// <summary>Creates a group without members. Assemblers and linkers give it an index before theirs.</summary>
    /// <param name="name">The name, usually <c>.group</c>.</param>
    /// <param name="signature">The symbol whose name identifies the group.</param>
    /// <param name="symbolTable">The symbol table that has it.</param>
    public ElfGroupSection(string name, ElfSymbol signature, ElfSymbolTable symbolTable)
        : this(name)
    {
        ArgumentNullException.ThrowIfNull(signature);
        ArgumentNullException.ThrowIfNull(symbolTable);
        Signature = signature;
        Link = symbolTable;
        Alignment = WordBytes;
        EntrySize = WordBytes;
    }

    internal ElfGroupSection(string name)
        : base(name, ElfSectionType.Group)
    {
    }

    /// <summary>The flag word, such as <see cref="Comdat"/>.</summary>
    public uint GroupFlags { get; set; }

    /// <summary>The member sections.</summary>
    public IList<ElfSection> Members { get; } = [];

    /// <summary>The symbol whose name identifies the group; null for index 0.</summary>
    public ElfSymbol? Signature { get; set; }

    /// <inheritdoc/>
    public override ulong Size => WordBytes + (WordBytes * (ulong)Members.Count);
}
