namespace Klp.Kbuild.Disassembly;

/// <summary>How the code of a function changed: the differing instructions with some of those around them.</summary>
/// <param name="Name">The function in the patched unit.</param>
/// <param name="OriginalSize">How many bytes the original has.</param>
/// <param name="PatchedSize">How many bytes the patched version has.</param>
/// <param name="Rows">The rows; none where no instruction differs.</param>
/// <param name="Note">What there is to say of it, in a sentence; null for nothing.</param>
public sealed record FunctionListing(string Name, ulong OriginalSize, ulong PatchedSize, IReadOnlyList<ListingRow> Rows, string? Note)
{
    /// <summary>How many instructions only the original has, or has otherwise.</summary>
    public int RemovedCount => Rows.Count(row => row.Kind is ListingRowKind.Removed or ListingRowKind.Changed);

    /// <summary>How many instructions only the patched version has, or has otherwise.</summary>
    public int AddedCount => Rows.Count(row => row.Kind is ListingRowKind.Added or ListingRowKind.Changed);
}
