using Klp.Elf.Index;
using Klp.Elf.Model;

namespace Klp.Elf.Import;

/// <summary>
/// What of an object goes to another: which sections, and what becomes of each symbol there. A section brings its relocations
/// and the symbols that it defines. Symbols that it only refers to have to be in the map: what is not is an error by name.
/// Only <see cref="ImportInto"/> changes anything, and nothing of the source.
/// </summary>
public sealed class ElfImportMap
{
    private readonly HashSet<ElfSection> sections = [];
    private readonly Dictionary<ElfSymbol, ElfSymbolImport> symbols = [];
    private readonly ILookup<ElfSection, ElfGroupSection> groups;

    /// <summary>Creates a map that takes nothing.</summary>
    /// <param name="source">The object to take from; not edited until the import is done.</param>
    public ElfImportMap(ElfObject source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Source = source;
        // A group's members may be the relocations alone; they come with what they apply to.
        groups = source.Sections.OfType<ElfGroupSection>()
            .SelectMany(group => group.Members.Select(member => (Group: group, Member: AppliesTo(member))))
            .ToLookup(pair => pair.Member, pair => pair.Group);
    }

    /// <summary>The object to take from.</summary>
    public ElfObject Source { get; }

    /// <summary>
    /// Takes a section, with all relocations that apply to it and the symbols that it defines. Of a group (gABI, "Section
    /// Groups") it takes all members, as they are kept or dropped together.
    /// </summary>
    /// <param name="section">A section of the source; of one of relocations it takes what they apply to.</param>
    /// <exception cref="ArgumentException">
    /// It is not in the source, or each object has its own: a table of symbols or of their names.
    /// </exception>
    public void Include(ElfSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        if (section.Owner != Source)
            throw new ArgumentException($"Section {section.Name} is not in {Source.FileName}.", nameof(section));
        if (IsTable(section))
            throw new ArgumentException($"Section {section.Name} is one that each object has its own of.", nameof(section));

        Stack<ElfSection> pending = new([section]);
        while (pending.TryPop(out ElfSection? next))
        {
            next = AppliesTo(next);
            if (!sections.Add(next))
                continue;
            foreach (ElfSection related in groups[next].Concat((next as ElfGroupSection)?.Members ?? []))
                pending.Push(related);
        }
    }

    /// <summary>
    /// Takes a symbol as it is: undefined, absolute, the name of a file, or defined by a section that is taken as well. Where the
    /// target has a symbol of the name that is not local, the two become one.
    /// </summary>
    /// <param name="symbol">A symbol of the source.</param>
    public void Include(ElfSymbol symbol) => Decide(symbol, new(ElfSymbolImportKind.AsItIs));

    /// <summary>Takes everything: all sections but the tables that each object has its own of, and all symbols.</summary>
    public void IncludeAll()
    {
        foreach (ElfSection section in Source.Sections.Skip(1).Where(section => !IsTable(section)))
            Include(section);
        foreach (ElfSymbol symbol in Source.Symbols.Skip(1).Where(symbol => symbol.Section is null))
            Include(symbol);
    }

    /// <summary>
    /// Has references to a symbol refer to what another object defines (SHN_UNDEF), or the target itself where it has that name.
    /// </summary>
    /// <param name="symbol">A symbol of the source.</param>
    /// <param name="name">The name there; null for the same.</param>
    public void MakeUndefined(ElfSymbol symbol, string? name = null) =>
        Decide(symbol, new(ElfSymbolImportKind.Undefined, Name: name ?? symbol?.Name));

    /// <summary>Has references to a symbol refer to another one.</summary>
    /// <param name="symbol">A symbol of the source.</param>
    /// <param name="other">A symbol of the target, or a new one, which is added to it.</param>
    public void Replace(ElfSymbol symbol, ElfSymbol other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Decide(symbol, new(ElfSymbolImportKind.Replaced, Other: other));
    }

    /// <summary>The references of what is taken to symbols that the map does not have. An import with any is refused.</summary>
    /// <returns>The places, by section and offset in it, with their relocations.</returns>
    public IReadOnlyList<ElfReference> FindMissing() =>
        [.. from section in RelocationSections()
            from relocation in section.Relocations
            where relocation.Symbol is { } symbol && Of(symbol) is null
            select new ElfReference(new ElfPlace(section.InfoSection!, relocation.Offset), relocation)];

    /// <summary>Symbols that were to be taken as they are, but without the section that defines them.</summary>
    internal IEnumerable<ElfSymbol> SymbolsWithoutSection() =>
        symbols.Where(pair => pair.Value.Kind == ElfSymbolImportKind.AsItIs && pair.Key.Section is not null && Of(pair.Key) is null)
            .Select(pair => pair.Key);

    /// <summary>True for a section that is taken.</summary>
    internal bool Has(ElfSection section) => IsTaken(section);

    /// <summary>
    /// Copies what the map takes to the end of another object, with its relocations and symbols. Sections keep their names,
    /// types, flags, contents and links; a symbol that is not local becomes one with the other object's of the name.
    /// </summary>
    /// <param name="target">The object that receives it.</param>
    /// <returns>What became of each section and symbol.</returns>
    /// <exception cref="InvalidOperationException">
    /// What is taken refers to what the map does not have, a symbol would be defined twice, or the objects are for different
    /// machines or ABIs. The other object is then as it was.
    /// </exception>
    public ElfImport ImportInto(ElfObject target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new ElfImporter(this, target).Import();
    }

    /// <summary>
    /// The sections that are taken, in the order of the source. Groups come before their members, as assemblers have them.
    /// </summary>
    internal IEnumerable<ElfSection> Sections() =>
        Source.Sections.Where(IsTaken).OrderBy(section => section is not ElfGroupSection);

    /// <summary>The relocations that apply to sections that are taken.</summary>
    internal IEnumerable<ElfRelocationSection> RelocationSections() => Source.RelocationSections.Where(IsTaken);

    /// <summary>What becomes of a symbol, or null where the map does not have it.</summary>
    internal ElfSymbolImport? Of(ElfSymbol symbol)
    {
        bool isDefinedHere = symbol.Section is { } section && sections.Contains(section);
        if (!symbols.TryGetValue(symbol, out ElfSymbolImport decision))
            return isDefinedHere ? new(ElfSymbolImportKind.AsItIs) : null;
        return decision.Kind == ElfSymbolImportKind.AsItIs && symbol.Section is not null && !isDefinedHere ? null : decision;
    }

    private bool IsTaken(ElfSection section) => sections.Contains(AppliesTo(section));

    private static ElfSection AppliesTo(ElfSection section) =>
        section is ElfRelocationSection { InfoSection: { } target } ? target : section;

    private bool IsTable(ElfSection section) =>
        section is ElfSymbolTable or ElfSymbolIndexSection
            || section == Source.SectionNames
            || section == Source.SymbolTable?.Link
            || section == Source.Sections[0];

    private void Decide(ElfSymbol symbol, ElfSymbolImport decision)
    {
        ArgumentNullException.ThrowIfNull(symbol);
        if (symbol.Owner is null || symbol.Owner != Source.SymbolTable || symbol == Source.Symbols[0])
            throw new ArgumentException($"Symbol {symbol.Name} is not in {Source.FileName}.", nameof(symbol));
        symbols[symbol] = decision;
    }
}
