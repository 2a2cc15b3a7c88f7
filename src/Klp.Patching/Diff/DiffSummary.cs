using Klp.Kernel.Facts;

namespace Klp.Patching.Diff;

/// <summary>What two compiled units differ in, for people and programs. Immutable.</summary>
public sealed record DiffSummary
{
    /// <summary>The machine that both are for: <c>arm64</c>.</summary>
    public required string Machine { get; init; }

    /// <summary>The functions. A part that stands apart (<c>.cold</c>) counts to its function.</summary>
    public required DiffedParts Functions { get; init; }

    /// <summary>The variables and constants that have names.</summary>
    public required DiffedParts Data { get; init; }

    /// <summary>Sections that the kernel reads as it or the module starts and that differ, such as <c>.modinfo</c> and initcalls.</summary>
    public required IReadOnlyList<string> Registrations { get; init; }

    /// <summary>Sections without names in them that differ, and that nothing of the units refers to.</summary>
    public required IReadOnlyList<string> Sections { get; init; }

    /// <summary>What cannot be told from these objects, and what did not count.</summary>
    public required IReadOnlyList<DiffNote> Notes { get; init; }

    /// <summary>True where the units do the same.</summary>
    public bool IsEmpty => Functions.IsEmpty && Data.IsEmpty && Registrations.Count == 0 && Sections.Count == 0;

    /// <summary>Sums up a comparison.</summary>
    /// <param name="diff">The comparison.</param>
    public static DiffSummary Of(UnitDiff diff)
    {
        ArgumentNullException.ThrowIfNull(diff);
        return new DiffSummary
        {
            Machine = KernelArchitecture.For(diff.Patched.Source.Header.Machine)?.DisplayName ?? "",
            Functions = DiffedParts.Of(diff, PartKind.Function),
            Data = DiffedParts.Of(diff, PartKind.Variable),
            Registrations = diff.ChangedRegistrations,
            Sections = diff.ChangedSections,
            Notes = [.. DiffNotes.Of(diff)],
        };
    }
}
