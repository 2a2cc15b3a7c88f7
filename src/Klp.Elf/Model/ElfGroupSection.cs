namespace Klp.Elf;

/// <summary>A section group (SHT_GROUP; gABI, "Section Groups"): its members are kept or dropped together.</summary>
public sealed class ElfGroupSection : ElfSection
{
    internal ElfGroupSection(string name)
        : base(name, ElfSectionType.Group)
    {
    }

    /// <summary>The flag word, such as <c>GRP_COMDAT</c> (1).</summary>
    public uint GroupFlags { get; set; }

    /// <summary>The member sections.</summary>
    public IList<ElfSection> Members { get; } = [];

    /// <summary>The symbol whose name identifies the group; null for index 0.</summary>
    public ElfSymbol? Signature { get; set; }

    /// <inheritdoc/>
    public override ulong Size => 4 + (4 * (ulong)Members.Count);
}
