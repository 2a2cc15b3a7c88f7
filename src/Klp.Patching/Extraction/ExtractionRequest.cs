using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Modules;
using Klp.Patching.Diff;
using Klp.Patching.Placement;

namespace Klp.Patching.Extraction;

/// <summary>A unit of which a livepatch is to get what changed.</summary>
public sealed record ExtractionRequest
{
    /// <summary>What changed.</summary>
    public required UnitDiff Diff { get; init; }

    /// <summary>Where the kernel has the unit's own symbols.</summary>
    public required UnitPlacement Placement { get; init; }

    /// <summary>Where the kernel has all others.</summary>
    public required IKernelSymbols Kernel { get; init; }

    /// <summary>The unit's source from the root of the kernel's, for messages.</summary>
    public required string Source { get; init; }

    /// <summary>Where in the patch the unit's changes are.</summary>
    public SourcePlace? Place { get; init; }

    /// <summary>Where in the patch a function or variable is changed, by its name; null where that is not known.</summary>
    public Func<string, SourcePlace?> FindPlace { get; init; } = _ => null;

    /// <summary>
    /// Whether a change of the patch is in a function's own lines, and not only in what it has a copy of; true where that is not known.
    /// </summary>
    public Func<UnitPart, bool> IsChangedItself { get; init; } = _ => true;

    internal SourcePlace? PlaceOf(string name) => FindPlace(name) ?? Place;

    /// <summary>New global symbols of all units of the patch.</summary>
    public IReadOnlySet<string> NewGlobals { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>
    /// The variables that the compiled versions read where the kernel has runtime constants made from them: see
    /// <see cref="Klp.Patching.Diff.RuntimeConstants"/>. Where there are any, the kernel need not have the same functions as the
    /// original version, nor the compiler's numbers.
    /// </summary>
    public IReadOnlySet<string> RuntimeConstants { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>The kernel's symbol of a function or variable of the original version; null where it has none.</summary>
    internal KernelSymbol? FindOwn(UnitPart original) =>
        original.Symbols.Select(symbol => FindOwn(original, symbol.Name)).FirstOrDefault(found => found is not null);

    /// <summary>True for a function that only the original version as it is compiled here has.</summary>
    internal bool IsInlinedInKernel(UnitPart original) =>
        RuntimeConstants.Count > 0 && original is { Kind: PartKind.Function, IsGlobal: false } && FindOwn(original) is null;

    /// <summary>The same by one of its names.</summary>
    internal KernelSymbol? FindOwn(UnitPart original, string name) => RuntimeConstants.Count == 0 || !PartNames.IsNumbered(name)
        ? Placement.Find(name)
        : original is { Kind: PartKind.Variable, IsWritable: true } ? FindNumbered(original) : null;

    // Where the compiler may number otherwise it is the only one of the name, and of the size.
    private KernelSymbol? FindNumbered(UnitPart original)
    {
        string stem = PartNames.Stem(original.Name);
        bool isOnly = Diff.Original.Parts.Count(part => part.Kind == PartKind.Variable && PartNames.Stem(part.Name) == stem) == 1;
        return isOnly && Placement.FindStem(stem) is { } name && Placement.Candidate(name)?.Size == original.Size
            ? Placement.Find(name)
            : null;
    }

    /// <summary>Symbols that the patch made global in another unit, by their names.</summary>
    public Func<string, KernelSymbol?> FindInOtherUnits { get; init; } = _ => null;

    /// <summary>
    /// Whether another unit of the kernel, as the patch leaves it, uses a global function or has one of that name; true where that is
    /// not known.
    /// </summary>
    public Func<string, bool> IsInOtherUnits { get; init; } = _ => true;

    /// <summary>Makes the name of a new version, which no other of the livepatch has, from the old name.</summary>
    public Func<string, string> NewName { get; init; } = Klp.Livepatch.Generation.NewFunctionName.For;
}
