using System.Text;
using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Elf.Index;

/// <summary>
/// Finds an object's relocations and symbols by place. It is made of the object as it is: after an edit make another. Each part
/// is made when it is first asked for, so that the relocations of debug information cost nothing where nobody asks for them.
/// </summary>
public sealed class ElfIndex
{
    private readonly ILookup<ElfSection, ElfRelocationSection> relocationSections;
    private readonly Dictionary<ElfSection, RelocationsByOffset> relocations = [];
    private readonly Lazy<ReferencesByTarget> references;
    private readonly Lazy<SymbolsBySection> symbols;

    /// <summary>Creates the index of an object.</summary>
    /// <param name="source">The object.</param>
    /// <param name="flags">
    /// Which relocations count: those that apply to sections with all of these flags, such as SHF_ALLOC for what is in memory
    /// at run time.
    /// </param>
    public ElfIndex(ElfObject source, ElfSectionFlags flags = ElfSectionFlags.None)
    {
        ArgumentNullException.ThrowIfNull(source);
        relocationSections = source.RelocationSections
            .Where(section => section.InfoSection is { } target && target.Flags.HasFlag(flags))
            .ToLookup(section => section.InfoSection!);
        references = new(() => new ReferencesByTarget(relocationSections));
        symbols = new(() => new SymbolsBySection(source.Symbols));
    }

    /// <summary>The relocations that apply to a section, by offset; those of one offset in the order of the file.</summary>
    /// <param name="section">The section.</param>
    public IReadOnlyList<ElfRelocation> RelocationsIn(ElfSection section) => ByOffset(section).All;

    /// <summary>The relocations that apply to a place, in the order of the file; some psABIs combine several.</summary>
    /// <param name="place">The place; its offset is <c>r_offset</c>.</param>
    public IReadOnlyList<ElfRelocation> RelocationsAt(ElfPlace place) => ByOffset(place.Section).At(place.Offset);

    /// <summary>The first relocation that applies to a place, or null.</summary>
    /// <param name="place">The place; its offset is <c>r_offset</c>.</param>
    public ElfRelocation? RelocationAt(ElfPlace place) => ByOffset(place.Section).FirstAt(place.Offset);

    /// <summary>
    /// The relocations that point into a section, by <see cref="ElfRelocation.Target"/>; also those that point outside its size.
    /// </summary>
    /// <param name="section">The section.</param>
    public IReadOnlyList<ElfReference> RelocationsInto(ElfSection section) => references.Value.Into(section);

    /// <summary>The relocations that point to a place.</summary>
    /// <param name="place">The place: their <see cref="ElfRelocation.Target"/>.</param>
    public IReadOnlyList<ElfReference> RelocationsInto(ElfPlace place) => references.Value.Into(place);

    /// <summary>Where the relocation at a place points to, or null where there is none or it points outside of the object.</summary>
    /// <param name="place">The place that the relocation applies to.</param>
    public ElfPlace? Target(ElfPlace place) => RelocationAt(place)?.Target;

    /// <summary>The NUL-terminated string that the relocation at a place points to, one character a byte (ISO 8859-1), or null.</summary>
    /// <param name="place">The place that the relocation applies to: that of a pointer.</param>
    public string? StringAt(ElfPlace place)
    {
        if (Target(place) is not { Section: ElfDataSection { HasContents: true } data, Offset: ulong start } || start >= data.Size)
            return null;
        ReadOnlySpan<byte> rest = data.Contents[(int)start..];
        int end = rest.IndexOf((byte)0);
        return end < 0 ? null : Encoding.Latin1.GetString(rest[..end]);
    }

    /// <summary>
    /// The symbols that a section defines, by value; those of one value in the order of the symbol table. Section symbols are
    /// among them.
    /// </summary>
    /// <param name="section">The section.</param>
    public IReadOnlyList<ElfSymbol> SymbolsIn(ElfSection section) => symbols.Value.In(section);

    /// <summary>
    /// The symbol that covers a place, from its value for its size, or null. Of several it is the one that begins last, and
    /// of those the last in the symbol table. A symbol of size 0 covers one byte.
    /// </summary>
    /// <param name="place">The place.</param>
    /// <param name="type">The symbol's type, such as STT_FUNC.</param>
    public ElfSymbol? SymbolAt(ElfPlace place, ElfSymbolType type) => symbols.Value.Covering(place, type);

    /// <summary>The symbol that stands for a section (STT_SECTION), or null where the object has none.</summary>
    /// <param name="section">The section.</param>
    public ElfSymbol? SectionSymbol(ElfSection section) => symbols.Value.SectionSymbol(section);

    private RelocationsByOffset ByOffset(ElfSection section)
    {
        if (!relocations.TryGetValue(section, out RelocationsByOffset? found))
            relocations.Add(section, found = new RelocationsByOffset(relocationSections[section]));
        return found;
    }
}
