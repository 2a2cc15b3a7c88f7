using Klp.Kernel.Diagnostics;
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

    internal SourcePlace? PlaceOf(string name) => FindPlace(name) ?? Place;

    /// <summary>New global symbols of all units of the patch.</summary>
    public IReadOnlySet<string> NewGlobals { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Symbols that the patch made global in another unit, by their names.</summary>
    public Func<string, Klp.Livepatch.Modules.KernelSymbol?> FindInOtherUnits { get; init; } = _ => null;

    /// <summary>
    /// Whether another unit of the kernel, as the patch leaves it, uses a global function or has one of that name; true where that is
    /// not known.
    /// </summary>
    public Func<string, bool> IsInOtherUnits { get; init; } = _ => true;

    /// <summary>Makes the name of a new version, which no other of the livepatch has, from the old name.</summary>
    public Func<string, string> NewName { get; init; } = Klp.Livepatch.Generation.NewFunctionName.For;
}
