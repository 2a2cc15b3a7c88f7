using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Elf.Model;
using Klp.Kernel.Facts;
using Klp.Patching.Diff;

namespace Klp.Patching.Placement;

/// <summary>Finds where an object of the tree came to lie in vmlinux or a module.</summary>
/// <param name="image">What was linked.</param>
/// <param name="unit">The tree's object of the unit, as the kernel's build made it.</param>
public sealed class PlacementFinder(LinkedImage image, ElfObject unit)
{
    private readonly ElfSymbol[] locals = [.. Named(unit).Where(symbol => symbol.Binding == ElfSymbolBinding.Local)];
    private readonly ElfSymbol[] globals = [.. Named(unit).Where(symbol => symbol.Binding == ElfSymbolBinding.Global)];

    /// <summary>Why nothing was found, for a message: a sentence without its end.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Finds it.</summary>
    /// <returns>The placement; null where the image was not linked from this object, or that cannot be told.</returns>
    public UnitPlacement? Find()
    {
        Dictionary<ElfSection, PlacedSection>[] found = [.. Blocks().Select(Place).OfType<Dictionary<ElfSection, PlacedSection>>()];
        // Units with equal code and data are told apart by their global symbols alone.
        if (found.Length > 1)
            Problem = $"{found.Length} places of {image.ObjectName} have the same contents";
        return found is [var only] ? new UnitPlacement(image, unit, only) : null;
    }

    private static IEnumerable<ElfSymbol> Named(ElfObject unit) => unit.Symbols.Where(symbol =>
        symbol is { Section: not null, Type: ElfSymbolType.Function or ElfSymbolType.Object }
            && SectionRoles.Of(symbol.Section) == SectionRole.Contents);

    private IEnumerable<Dictionary<string, List<ElfSymbolEntry>>> Blocks()
    {
        if (locals.Length == 0)
            return [[]];
        string? file = unit.Symbols.FirstOrDefault(symbol => symbol.Type == ElfSymbolType.File)?.Name;
        Problem = file is null
            ? "the object does not name its source file"
            : $"no file {file} of {image.ObjectName} has the local symbols of the object";
        return file is null ? [] : image.Locals.Of(file);
    }

    private Dictionary<ElfSection, PlacedSection>? Place(Dictionary<string, List<ElfSymbolEntry>> block)
    {
        Dictionary<ElfSection, PlacedSection> placed = [];
        List<ElfSymbol> missing = [];
        foreach (ElfSymbol symbol in locals)
        {
            if (!block.TryGetValue(symbol.Name, out List<ElfSymbolEntry>? entries))
                missing.Add(symbol);
            else if (entries.Count == 1 && !Agree(placed, symbol, entries[0]))
                return Failed($"section {symbol.Section!.Name} lies at two places by its symbols");
        }

        // What the linker discards has no symbol there (__exitcall_…), and kbuild takes some away (__mod_device_table__…). Others of
        // the section say where it is, and then its contents have to be there.
        if (missing.Find(symbol => IsLinked(symbol.Section!) && !placed.ContainsKey(symbol.Section!)) is { } lost)
            return Failed($"local symbol {lost.Name} is not among those of its file");
        foreach (ElfSymbol symbol in globals)
        {
            if (image.Find(symbol.Name).FirstOrDefault(candidate => candidate.IsGlobal) is { } candidate
                && !Agree(placed, symbol, image.EntryOf(candidate)))
            {
                return Failed($"global symbol {symbol.Name} does not lie with the local ones of its section");
            }
        }

        // What is for the start, the build itself may change after the link (scripts/sorttable.c), and nothing is taken of it.
        foreach ((ElfSection section, PlacedSection place) in placed.Where(pair => !SectionLife.IsInit(pair.Key.Name)))
        {
            if (!SectionContents.AreEqual(unit, (ElfDataSection)section, image, place))
                return Failed($"section {section.Name} has other contents in {image.ObjectName}");
        }

        return placed;
    }

    private static bool IsLinked(ElfSection section) =>
        section.Name.StartsWith(".text", StringComparison.Ordinal) || section.Name is ".data" or ".bss" or ".rodata";

    private static bool Agree(Dictionary<ElfSection, PlacedSection> placed, ElfSymbol symbol, ElfSymbolEntry entry)
    {
        PlacedSection place = new(entry.SectionIndex, entry.Value - symbol.Value);
        return placed.TryAdd(symbol.Section!, place) || placed[symbol.Section!] == place;
    }

    private Dictionary<ElfSection, PlacedSection>? Failed(string problem)
    {
        Problem = problem;
        return null;
    }
}
