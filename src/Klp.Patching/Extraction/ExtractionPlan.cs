using Klp.Elf.Model;
using Klp.Patching.Diff;

namespace Klp.Patching.Extraction;

/// <summary>What of a patched unit becomes part of a livepatch, and what its references become. Immutable.</summary>
public sealed record ExtractionPlan
{
    /// <summary>The patched unit.</summary>
    public required UnitObject Unit { get; init; }

    /// <summary>The object that is patched: <c>vmlinux</c> or a module's run-time name.</summary>
    public required string ObjectName { get; init; }

    /// <summary>What is taken, in the order of the unit.</summary>
    public required IReadOnlyList<IncludedPart> Parts { get; init; }

    /// <summary>The functions that are replaced.</summary>
    public required IReadOnlyList<ReplacedFunction> Functions { get; init; }

    /// <summary>Functions that changed and are taken along with their callers, which are replaced in their place.</summary>
    public required IReadOnlySet<UnitPart> Carried { get; init; }

    /// <summary>The entries of tables that are taken, in the order of the unit.</summary>
    public required IReadOnlyList<TableEntry> Entries { get; init; }

    /// <summary>What becomes of each relocation of what is taken.</summary>
    public required IReadOnlyDictionary<ElfRelocation, ReferenceDecision> Decisions { get; init; }
}
