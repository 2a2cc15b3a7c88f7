using Klp.Elf.Model;
using Klp.Kernel.SymbolTables;
using Klp.Livepatch.Modules;
using Klp.Patching.Diff;

namespace Klp.Patching.Placement;

/// <summary>
/// Where an object came to lie in vmlinux or a module. That the image holds its contents there proves that it was linked from
/// this object, and gives the address of each of its symbols, the local ones too, which may share their names with others.
/// </summary>
public sealed class UnitPlacement
{
    private readonly LinkedImage image;
    private readonly ILookup<string, ElfSymbol> symbols;
    private readonly IReadOnlyDictionary<ElfSection, PlacedSection> sections;

    internal UnitPlacement(LinkedImage image, ElfObject unit, IReadOnlyDictionary<ElfSection, PlacedSection> sections)
    {
        this.image = image;
        this.sections = sections;
        symbols = unit.Symbols
            .Where(symbol => symbol.Section is not null && symbol.Name.Length > 0)
            .ToLookup(symbol => symbol.Name, StringComparer.Ordinal);
    }

    /// <summary><c>vmlinux</c> or the module's run-time name.</summary>
    public string ObjectName => image.ObjectName;

    /// <summary>How many sections were found with the same contents.</summary>
    public int SectionCount => sections.Count;

    /// <summary>The symbol of the kernel that a symbol of the unit became, with its exact position.</summary>
    /// <param name="name">The name in the unit.</param>
    /// <returns>
    /// Null where it is not in the image under that name at the place where the unit's lies, as a weak one that another replaced.
    /// </returns>
    public KernelSymbol? Find(string name) => image.Describe(name, Candidate(name));

    /// <summary>The only name in the unit that is a name but for the compiler's number; null where there are several, or none.</summary>
    /// <param name="stem">The name without a number.</param>
    internal string? FindStem(string stem)
    {
        string[] names = [.. symbols
            .SelectMany(same => same)
            .Select(symbol => symbol.Name)
            .Where(name => PartNames.Stem(name) == stem)];
        return names is [var only] ? only : null;
    }

    /// <summary>The symbol of the image that a symbol of the unit became, or null.</summary>
    /// <param name="name">The name in the unit.</param>
    public SymbolCandidate? Candidate(string name)
    {
        foreach (ElfSymbol symbol in symbols[name])
        {
            if (!sections.TryGetValue(symbol.Section!, out PlacedSection placed))
                continue;
            string section = image.Image.SectionName(placed.Section);
            SymbolCandidate[] there = [.. image.Find(name).Where(candidate =>
                candidate.Value == symbol.Value + placed.Displacement && (image.HasAddresses || candidate.SectionName == section))];
            if (there is [var only])
                return only;
        }

        return null;
    }
}
