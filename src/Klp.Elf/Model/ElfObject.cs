using Klp.Elf.Constants;
using Klp.Elf.Image;

namespace Klp.Elf.Model;

/// <summary>
/// An ELF64 relocatable object (ET_REL) that can be edited: a <c>.o</c> or a kernel module.
/// One that was read is written back byte for byte; an edit moves only what it must. A created one is laid out anew each time.
/// </summary>
public sealed class ElfObject
{
    private readonly List<ElfSection> sections;

    /// <summary>An object that was read from a file, or, where there are no bytes, one that begins with these sections.</summary>
    internal ElfObject(string fileName, ElfHeader header, List<ElfSection> sections, ElfStringTable sectionNames, byte[]? originalBytes)
    {
        this.sections = sections;
        FileName = fileName;
        Header = header;
        IsCreated = originalBytes is null;
        OriginalBytes = originalBytes ?? [];
        OriginalSections = IsCreated ? [] : [.. sections];
        SymbolTable = sections.OfType<ElfSymbolTable>().SingleOrDefault();
        SectionNames = sectionNames;
        foreach (ElfSection section in sections)
            section.Owner = this;
    }

    /// <summary>The file as the user knows it, for messages.</summary>
    public string FileName { get; }

    /// <summary>The header as it was read or created; offsets and counts are derived anew when written.</summary>
    public ElfHeader Header { get; }

    /// <summary>The sections in the order of their indices, the null section at index 0 included.</summary>
    public IReadOnlyList<ElfSection> Sections => sections;

    /// <summary>The symbol table, or null where there is none.</summary>
    public ElfSymbolTable? SymbolTable { get; }

    /// <summary>
    /// The symbols, the null symbol at index 0 included; empty without a symbol table. See <see cref="ElfSymbolTable.Symbols"/>.
    /// </summary>
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

    /// <summary>True when the object was not read from a file.</summary>
    internal bool IsCreated { get; }

    /// <summary>The string table with the names of the sections (e_shstrndx).</summary>
    internal ElfStringTable SectionNames { get; }

    /// <summary>The bytes the object was read from; padding between sections is taken from them.</summary>
    internal byte[] OriginalBytes { get; }

    /// <summary>The sections as they were read, removed ones included.</summary>
    internal IReadOnlyList<ElfSection> OriginalSections { get; }

    /// <summary>Creates an object without contents: it has an empty symbol table, its string table and that of the section names.</summary>
    /// <param name="fileName">The file as the user knows it, for messages.</param>
    /// <param name="machine"><c>e_machine</c>.</param>
    /// <param name="byteOrder">The byte order.</param>
    /// <param name="flags"><c>e_flags</c>, as the machine's psABI defines them.</param>
    public static ElfObject Create(string fileName, ElfMachine machine, ElfByteOrder byteOrder, uint flags = 0) =>
        ElfObjectCreator.Create(fileName, ElfObjectCreator.HeaderFor(machine, byteOrder, flags));

    /// <summary>Creates an object without contents for what another one is for: its machine, byte order, ABI and flags.</summary>
    /// <param name="fileName">The file as the user knows it, for messages.</param>
    /// <param name="pattern">The header of the other.</param>
    public static ElfObject Create(string fileName, ElfHeader pattern) =>
        ElfObjectCreator.Create(fileName, ElfObjectCreator.HeaderLike(pattern));

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

    /// <summary>
    /// Adds a section after the last one, so that the indices of the others stay. In a created object the symbol table and the
    /// two string tables stay the last ones.
    /// </summary>
    /// <param name="section">A section that is in no object.</param>
    /// <exception cref="ArgumentException">It is in an object already, or was read from another.</exception>
    public void AddSection(ElfSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        if (section.Owner is not null)
            throw new ArgumentException(
                $"Section {section.Name} is in {(section.Owner == this ? "the" : "another")} object already.", nameof(section));
        if (section.OriginalOffset is not null && !OriginalSections.Contains(section))
            throw new ArgumentException($"Section {section.Name} was read from another object.", nameof(section));
        if (section is ElfSymbolTable && section != SymbolTable)
            throw new ArgumentException("An object has at most one symbol table.", nameof(section));
        section.Owner = this;
        sections.Insert(sections.Count - (IsCreated ? ElfObjectCreator.TableCount : 0), section);
    }

    /// <summary>
    /// Removes a section. What still refers to it (a symbol, a relocation section, sh_link) makes
    /// <see cref="ToArray"/> fail, so remove those first or as well.
    /// </summary>
    /// <param name="section">A section of the object.</param>
    /// <exception cref="ArgumentException">It is not in the object, or a created object cannot be without it.</exception>
    public void RemoveSection(ElfSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        if (section.Owner != this)
            throw new ArgumentException($"Section {section.Name} is not in the object.", nameof(section));
        if (IsCreated && (section == SymbolTable || section == SymbolTable!.Link || section == SectionNames || section == sections[0]))
            throw new ArgumentException($"Section {section.Name} is one that every created object has.", nameof(section));
        sections.Remove(section);
        section.Owner = null;
    }

    /// <summary>The object as a file.</summary>
    /// <exception cref="InvalidOperationException">
    /// Something refers to a section or symbol that is not in the object, or a value is not one that the file can hold.
    /// </exception>
    public byte[] ToArray() => new ElfObjectWriter(this).Write();
}
