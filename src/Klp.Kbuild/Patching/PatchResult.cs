using Klp.Kbuild.Stages;
using Klp.Livepatch.Generation;

namespace Klp.Kbuild.Patching;

/// <summary>What patches of a kernel's source become.</summary>
public sealed record PatchResult
{
    /// <summary>The objects to link.</summary>
    public required IReadOnlyList<LinkedObject> Objects { get; init; }

    /// <summary>The functions to replace; the objects define the new ones.</summary>
    public required IReadOnlyList<DescribedFunction> Functions { get; init; }

    /// <summary>The files that it was made from, as absolute paths.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>What was done, and why.</summary>
    public required PatchExplanation Explanation { get; init; }
}
