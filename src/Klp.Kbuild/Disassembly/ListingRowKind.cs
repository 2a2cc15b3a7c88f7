namespace Klp.Kbuild.Disassembly;

/// <summary>What a row of a listing shows.</summary>
public enum ListingRowKind
{
    /// <summary>An instruction that both versions have.</summary>
    Same,

    /// <summary>An instruction of the original and one of the patched version in its place.</summary>
    Changed,

    /// <summary>An instruction that only the original has.</summary>
    Removed,

    /// <summary>An instruction that only the patched version has.</summary>
    Added,

    /// <summary>Instructions that both versions have and that are not shown.</summary>
    Skipped,
}
