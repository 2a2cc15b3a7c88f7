namespace Klp.Elf;

/// <summary>
/// An ELF64 relocatable object (ET_REL) that can be edited: a <c>.o</c> or a kernel module.
/// An unedited object is written back byte for byte; an edit moves only what it must.
/// </summary>
public sealed class ElfObject
{
    private readonly List<ElfSection> sections;

    internal ElfObject(string fileName, ElfHeader header, List<ElfSection> sections, byte[] originalBytes)
    {
        this.sections = sections;
        FileName = fileName;
        Header = header;
        OriginalBytes = originalBytes;
        OriginalSections = [.. sections];
        SymbolTable = sections.OfType<ElfSymbolTable>().SingleOrDefault();
    }

    /// <summary>The file as the user knows it, for messages.</summary>
    public string FileName { get; }

    /// <summary>The header as it was read; offsets and counts are derived anew when written.</summary>
    public ElfHeader Header { get; }

    /// <summary>The sections in the order of their indices, the null section at index 0 included.</summary>
    public IReadOnlyList<ElfSection> Sections => sections;

    /// <summary>The symbol table, or null where there is none.</summary>
    public ElfSymbolTable? SymbolTable { get; }

    /// <summary>The symbols by index, the null symbol at index 0 included; empty without a symbol table.</summary>
    public IReadOnlyList<ElfSymbol> Symbols => SymbolTable?.Symbols ?? [];

    /// <summary>The relocation sections in the order of their indices.</summary>
    public IEnumerable<ElfRelocationSection> RelocationSections => sections.OfType<ElfRelocationSection>();

    /// <summary>
    /// The bytes behind all that the headers tell of, as they were read, such as a kernel module's signature. They stay at the
    /// end of the file.
    /// </summary>
    public ReadOnlySpan<byte> Trailer
    {
        get
        {
            ulong end = Header.SectionHeaderOffset + (Header.SectionCount * (ulong)ElfSectionHeader.EntryBytes);
            foreach (ElfSection section in OriginalSections.Where(section => section.HasContents))
                end = Math.Max(end, section.OriginalOffset!.Value + section.OriginalSize);
            return OriginalBytes.AsSpan((int)Math.Min(end, (ulong)OriginalBytes.Length));
        }
    }

    /// <summary>The bytes the object was read from; padding between sections is taken from them.</summary>
    internal byte[] OriginalBytes { get; }

    /// <summary>The sections as they were read, removed ones included.</summary>
    internal IReadOnlyList<ElfSection> OriginalSections { get; }

    /// <summary>Reads an object from a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ElfFormatException">It is not a well-formed relocatable ELF64 object.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ElfObject Open(string path) => Read(File.ReadAllBytes(path), path);

    /// <summary>Reads an object from memory.</summary>
    /// <param name="bytes">The whole file; not changed, but kept.</param>
    /// <param name="fileName">The file as the user knows it, for messages.</param>
    /// <exception cref="ElfFormatException">It is not a well-formed relocatable ELF64 object.</exception>
    public static ElfObject Read(byte[] bytes, string fileName)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return new ElfObjectReader(bytes, fileName).Read();
    }

    /// <summary>The first section of a name, or null.</summary>
    /// <param name="name">The name, its dot included.</param>
    public ElfSection? FindSection(string name) => sections.Find(section => section.Name == name);

    /// <summary>Adds a section after the last one, so that the indices of the others stay.</summary>
    /// <param name="section">A section that is not in the object yet.</param>
    public void AddSection(ElfSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        if (sections.Contains(section))
            throw new ArgumentException($"Section {section.Name} is in the object already.", nameof(section));
        sections.Add(section);
    }

    /// <summary>
    /// Removes a section. What still refers to it (a symbol, a relocation section, sh_link) makes
    /// <see cref="ToArray"/> fail, so remove those first or as well.
    /// </summary>
    /// <param name="section">A section of the object.</param>
    public void RemoveSection(ElfSection section)
    {
        if (!sections.Remove(section))
            throw new ArgumentException($"Section {section?.Name} is not in the object.", nameof(section));
    }

    /// <summary>The object as a file.</summary>
    /// <exception cref="InvalidOperationException">Something refers to a section or symbol that was removed.</exception>
    public byte[] ToArray() => new ElfObjectWriter(this).Write();
}
