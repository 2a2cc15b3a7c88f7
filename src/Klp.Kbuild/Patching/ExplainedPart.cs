using Klp.Kbuild.Disassembly;

namespace Klp.Kbuild.Patching;

/// <summary>A function, a variable or a section that is taken.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Reason">Why.</param>
public sealed record ExplainedPart(string Name, string Reason)
{
    /// <summary>What it is: <c>function</c>, <c>variable</c>, <c>constant</c>, <c>strings</c> or <c>section</c>.</summary>
    public string Kind { get; init; } = "";

    /// <summary>How many bytes it has.</summary>
    public ulong Size { get; init; }

    /// <summary>What the patches change of it; for changed functions that are taken and not replaced.</summary>
    public IReadOnlyList<ExplainedChange> Changes { get; init; } = [];

    /// <summary>How its code changed; null for what did not, is replaced, or is no function of the kernel.</summary>
    public FunctionListing? Listing { get; init; }
}
