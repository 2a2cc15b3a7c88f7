using Klp.DebugInfo.Dwarf;
using Klp.DebugInfo.Types;
using Klp.Elf.Constants;
using Klp.Elf.Index;
using Klp.Elf.Model;
using Klp.Elf.Relocations;

namespace Klp.Patching.Diff;

/// <summary>A compiled unit, taken apart. Not edited.</summary>
public sealed class UnitObject
{
    private readonly Dictionary<ElfSection, List<UnitPart>> bySection = [];
    private readonly Dictionary<UnitPart, IReadOnlyList<PartReference>> references = [];
    private readonly ElfIndex index;
    private readonly Lazy<IReadOnlyList<TableEntry>> entries;
    private readonly Lazy<ILookup<UnitPart, TableEntry>> entriesByOwner;
    private readonly Lazy<ILookup<UnitPart, UnitPart>> users;
    private readonly Lazy<ILookup<string, UnitPart>> functions;
    private readonly Lazy<ILookup<string, UnitPart>> coldParts;
    private readonly Lazy<DebugDeclarations?> declarations;
    private readonly MacroVariables macros;
    private readonly AlternativeCode alternatives = new();

    /// <summary>Takes an object apart.</summary>
    /// <param name="source">An object that was compiled with -ffunction-sections -fdata-sections -fno-section-anchors.</param>
    /// <param name="keptNames">
    /// The variables that were compiled by <see cref="SharedVariables.Declarations"/>: they are static, and what refers to them names them.
    /// </param>
    public UnitObject(ElfObject source, IReadOnlySet<string>? keptNames = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        Source = source;
        KeptNames = keptNames ?? new HashSet<string>();
        SharedVariables.Restore(source, KeptNames);
        index = new ElfIndex(source, ElfSectionFlags.Alloc);
        foreach (ElfDataSection section in source.Sections.OfType<ElfDataSection>())
        {
            if (section.Type != ElfSectionType.Null && SectionRoles.Of(section) == SectionRole.Contents)
                bySection.Add(section, UnitPartReader.Read(section, index));
        }

        Parts = [.. bySection.Values.SelectMany(parts => parts)];
        functions = new(() => Functions.ToLookup(part => part.Name, StringComparer.Ordinal));
        coldParts = new(
            () => Functions.Where(part => PartNames.ParentOfCold(part.Name) is not null)
                .ToLookup(part => PartNames.ParentOfCold(part.Name)!, StringComparer.Ordinal));
        declarations = new(() => DwarfInfo.Read(source)?.FindDeclarations());
        macros = new MacroVariables(declarations);
        entries = new(() => [.. TableReader.Read(this)]);
        entriesByOwner = new(() => entries.Value.Where(entry => entry.Owner is not null).ToLookup(entry => entry.Owner!));
        users = new(() => Parts
            .SelectMany(
                part => ReferencesOf(part)
                    .Where(reference => reference.Target is not null)
                    .Select(reference => (User: part, Used: reference.Target!)))
            .Distinct()
            .ToLookup(pair => pair.Used, pair => pair.User));
    }

    /// <summary>The object.</summary>
    public ElfObject Source { get; }

    /// <summary>Variables that what refers to them names, wherever they are: see <see cref="SharedVariables"/>.</summary>
    internal IReadOnlySet<string> KeptNames { get; }

    /// <summary>Functions, variables and what has no name, in the order of the sections and of their places in them.</summary>
    public IReadOnlyList<UnitPart> Parts { get; }

    /// <summary>What the unit declares, by its debug information; null where it has none.</summary>
    internal DebugDeclarations? Declarations => declarations.Value;

    /// <summary>Finds relocations and symbols in the object.</summary>
    internal ElfIndex Index => index;

    /// <summary>The entries of all tables that the kernel reads.</summary>
    public IReadOnlyList<TableEntry> Entries => entries.Value;

    /// <summary>The entries that belong to a function, by the order of the tables.</summary>
    /// <param name="function">The function.</param>
    public IEnumerable<TableEntry> EntriesOf(UnitPart function) => entriesByOwner.Value[function];

    /// <summary>The parts of a function that the compiler took for unlikely and put elsewhere.</summary>
    /// <param name="function">The function.</param>
    internal IEnumerable<UnitPart> ColdPartsOf(UnitPart function) => coldParts.Value[function.Name];

    /// <summary>The function that a cold part is of; the part itself where it is none.</summary>
    /// <param name="part">The part.</param>
    internal UnitPart WithoutCold(UnitPart part) =>
        PartNames.ParentOfCold(part.Name) is { } parent ? functions.Value[parent].FirstOrDefault() ?? part : part;

    private IEnumerable<UnitPart> Functions => Parts.Where(part => part.Kind == PartKind.Function);

    /// <summary>True for what each use of a macro has for itself: its contents are all that tells it from another.</summary>
    /// <param name="part">A part of the unit.</param>
    public bool IsOfMacro(UnitPart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        return macros.Contains(part);
    }

    /// <summary>The parts that refer to a part.</summary>
    /// <param name="part">The part that is referred to.</param>
    public IEnumerable<UnitPart> UsersOf(UnitPart part) => users.Value[part];

    /// <summary>True where ftrace can attach to a function: the compiler made an entry for it.</summary>
    /// <param name="function">The function.</param>
    public bool IsTraceable(UnitPart function) => EntriesOf(function).Any(entry => entry.Table.IsTraceSites);

    /// <summary>
    /// The code of an alternative that an entry refers to, where it is kept apart from its function: a part that is not among
    /// <see cref="Parts"/>. Null for any other reference.
    /// </summary>
    /// <param name="entry">An entry of a table.</param>
    /// <param name="reference">A reference of the entry.</param>
    internal UnitPart? AlternativeOf(TableEntry entry, PartReference reference) => alternatives.Of(entry, reference);

    /// <summary>
    /// What a part refers to, in the order of the places: by its relocations and, where it shares its section with other code, by
    /// branches that have none.
    /// </summary>
    /// <param name="part">The part.</param>
    public IReadOnlyList<PartReference> ReferencesOf(UnitPart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        if (!references.TryGetValue(part, out IReadOnlyList<PartReference>? found))
        {
            references.Add(part, found =
                [.. RelocationsIn(part.Section, part.Offset, Math.Max(part.Size, 1))
                    .Select(relocation => Resolve(relocation, part.Offset))
                    .Concat(SharedCode.Branches(this, part))
                    .OrderBy(reference => reference.Offset)]);
        }

        return found;
    }

    /// <summary>The relocations of a range of a section, by their places; found without a look at all of the section's.</summary>
    /// <param name="section">The section.</param>
    /// <param name="offset">Where the range begins, in bytes.</param>
    /// <param name="size">How many bytes it has.</param>
    internal IEnumerable<ElfRelocation> RelocationsIn(ElfSection section, ulong offset, ulong size)
    {
        IReadOnlyList<ElfRelocation> all = index.RelocationsIn(section);
        int first = 0;
        for (int end = all.Count; first < end;)
        {
            int middle = first + ((end - first) / 2);
            if (all[middle].Offset < offset)
                first = middle + 1;
            else
                end = middle;
        }

        for (; first < all.Count && all[first].Offset - offset < size; first++)
            yield return all[first];
    }

    /// <summary>What a relocation refers to.</summary>
    /// <param name="relocation">The relocation.</param>
    /// <param name="start">Where the part or entry that it is in begins in its section, in bytes.</param>
    internal PartReference Resolve(ElfRelocation relocation, ulong start)
    {
        ulong offset = relocation.Offset - start;
        if (relocation.Symbol is not { } symbol)
            return new PartReference(offset, relocation, null, "", relocation.Addend);
        if (symbol.Section is not { } section)
            return new PartReference(offset, relocation, null, symbol.Name, relocation.Addend);
        ulong target = symbol.Value + (ulong)relocation.Addend;
        UnitPart? part = symbol.Type == ElfSymbolType.Section
            ? PartAt(section, target)
            : PartAt(section, symbol.Value) ?? PartAt(section, target);
        return new PartReference(
            offset, relocation, part, part is null ? symbol.Name : null, part is null ? relocation.Addend : (long)(target - part.Offset));
    }

    /// <summary>True for a call or jump, which does not take the address of what it refers to.</summary>
    internal bool IsBranch(PartReference reference) => RelocationTypes.For(Source.Header.Machine).IsBranch(reference.Relocation.Type);

    /// <summary>The part at a place. One that has a section for itself is meant by any offset: before it and behind it, too.</summary>
    internal UnitPart? PartAt(ElfSection section, ulong offset)
    {
        if (!bySection.TryGetValue(section, out List<UnitPart>? parts))
            return null;
        if (parts is [{ IsShared: false } only])
            return only;
        // They lie in order; one may lie in another.
        int last = ~parts.BinarySearch(null!, Comparer<UnitPart?>.Create((part, _) => part!.Offset <= offset ? -1 : 1)) - 1;
        while (last >= 0 && offset - parts[last].Offset >= Math.Max(parts[last].Size, 1))
            last--;
        return last < 0 ? EndingAt(section, offset) : parts[last];
    }

    /// <summary>The variable that ends at a place: where nothing begins there, it is what is meant.</summary>
    internal UnitPart? EndingAt(ElfSection section, ulong offset) => bySection.TryGetValue(section, out List<UnitPart>? parts)
        ? parts.FindLast(part => part.Kind == PartKind.Variable && part.Size > 0 && part.Offset + part.Size == offset) : null;

    /// <summary>False for a variable that is no array, as the debug information tells.</summary>
    internal bool MayBeArray(UnitPart variable)
    {
        if (IsOfMacro(variable))
            return false;
        string name = PartNames.Stem(variable.Name);
        string[] types = Declarations is { } known ? [.. known.Variables[name], .. known.Locals[name]] : [];
        return types.Length == 0 || types.Any(type => type.EndsWith(']'));
    }
}
