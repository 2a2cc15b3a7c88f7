using Klp.Kbuild.Disassembly;

namespace Klp.Kbuild.Patching;

/// <summary>A function that is replaced.</summary>
/// <param name="Symbol">The kernel's: <c>vmlinux:name</c>, or <c>vmlinux:name,position</c>.</param>
/// <param name="NewName">The new version's name in the livepatch; empty where the patch is refused, so that there is none.</param>
/// <param name="Reason">Why.</param>
public sealed record ExplainedFunction(string Symbol, string NewName, string Reason)
{
    /// <summary>What has it: <c>vmlinux</c> or the run-time name of the module.</summary>
    public string ObjectName { get; init; } = "";

    /// <summary>Its name in the kernel.</summary>
    public string Name { get; init; } = "";

    /// <summary>0 where the name is unique in its object, else the position among those of that name, from 1.</summary>
    public ulong Position { get; init; }

    /// <summary>What the patches change of it, or of what it has a copy of; none where its code changed by what stands elsewhere.</summary>
    public IReadOnlyList<ExplainedChange> Changes { get; init; } = [];

    /// <summary>How its code changed, that of its cold part too; none where it was not disassembled.</summary>
    public IReadOnlyList<FunctionListing> Listings { get; init; } = [];
}
