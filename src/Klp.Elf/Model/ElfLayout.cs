namespace Klp.Elf.Model;

/// <summary>Decides where each part of a file goes.</summary>
internal abstract class ElfLayout
{
    /// <summary>What the section header table is aligned to, in bytes.</summary>
    private protected const ulong TableAlignment = 8;

    private readonly Dictionary<ElfSection, ulong> offsets = [];

    /// <summary>Size of the file in bytes.</summary>
    internal ulong FileSize { get; private protected set; }

    /// <summary>File offset of the section header table in bytes.</summary>
    internal ulong SectionHeaderOffset { get; private protected set; }

    /// <summary>Padding to copy from the original file: new offset, original offset, length, in bytes.</summary>
    internal virtual IReadOnlyList<(ulong Offset, ulong Original, ulong Length)> KeptPadding => [];

    /// <summary>A section's sh_offset in bytes.</summary>
    internal ulong OffsetOf(ElfSection section) => offsets[section];

    /// <summary>Says where a section goes.</summary>
    private protected void Place(ElfSection section, ulong offset) => offsets[section] = offset;

    /// <summary>The next multiple of an alignment; the writer has made sure that it cannot overflow.</summary>
    private protected static ulong AlignUp(ulong value, ulong alignment) =>
        alignment <= 1 ? value : (value + alignment - 1) / alignment * alignment;
}
