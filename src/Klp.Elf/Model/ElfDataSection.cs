using Klp.Elf.Constants;

namespace Klp.Elf.Model;

/// <summary>A section whose contents are just bytes to this library, or (SHT_NOBITS) a size without contents.</summary>
public sealed class ElfDataSection : ElfSection
{
    private readonly ulong memorySize;
    private byte[] contents;

    /// <summary>Creates a section with contents.</summary>
    /// <param name="name">The name, its dot included.</param>
    /// <param name="type">The type; neither SHT_NOBITS nor one that has a class of its own.</param>
    /// <param name="contents">The contents; the section keeps the array.</param>
    /// <exception cref="ArgumentException">Sections of the type have no contents, or a class of their own.</exception>
    public ElfDataSection(string name, ElfSectionType type, byte[] contents)
        : base(name, type)
    {
        ArgumentNullException.ThrowIfNull(contents);
        if (type is ElfSectionType.Null or ElfSectionType.NoBits or ElfSectionType.SymbolTable or ElfSectionType.StringTable
            or ElfSectionType.Rela or ElfSectionType.Rel or ElfSectionType.Group or ElfSectionType.SymbolTableIndices)
        {
            throw new ArgumentException($"Section {name}: a section of type {type} is not one of bytes.", nameof(type));
        }

        this.contents = contents;
    }

    /// <summary>Creates a section without contents in the file (SHT_NOBITS or SHT_NULL).</summary>
    internal ElfDataSection(string name, ElfSectionType type, ulong memorySize)
        : base(name, type)
    {
        contents = [];
        this.memorySize = memorySize;
    }

    /// <summary>Creates a section that takes memory but no space in the file (SHT_NOBITS), such as <c>.bss</c>.</summary>
    /// <param name="name">The name, its dot included.</param>
    /// <param name="size"><c>sh_size</c> in bytes.</param>
    public static ElfDataSection NoBits(string name, ulong size) => new(name, ElfSectionType.NoBits, size);

    /// <summary>The contents; empty for SHT_NOBITS. Edit in place with <see cref="Span{T}"/>.</summary>
    public Span<byte> Contents => contents;

    /// <inheritdoc/>
    public override ulong Size => HasContents ? (ulong)contents.Length : memorySize;

    /// <summary>Replaces the contents; they may have another size.</summary>
    /// <param name="bytes">The new contents; the section keeps the array.</param>
    /// <exception cref="InvalidOperationException">The section has no contents in the file.</exception>
    public void SetContents(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        if (!HasContents)
            throw new InvalidOperationException($"{Name} has type {Type} and no contents in the file.");
        contents = bytes;
    }
}
