namespace Klp.Kbuild.Patching;

/// <summary>What became of a unit.</summary>
/// <param name="Unit">The object of the kernel's build: <c>fs/proc/version.o</c>.</param>
/// <param name="Source">Its source from the root of the kernel's.</param>
/// <param name="ObjectName"><c>vmlinux</c> or the run-time name of the module.</param>
/// <param name="Proof">How it is known that what was compiled is what runs; or why that is not known.</param>
/// <param name="Functions">The functions that are replaced; of a refused patch those that changed.</param>
/// <param name="Parts">All that is taken.</param>
/// <param name="References">Where the references lead that do not stay in the livepatch.</param>
public sealed record ExplainedUnit(
    string Unit,
    string Source,
    string ObjectName,
    string Proof,
    IReadOnlyList<ExplainedFunction> Functions,
    IReadOnlyList<ExplainedPart> Parts,
    IReadOnlyList<ExplainedReference> References)
{
    /// <summary>True where the patched source gives the kernel's own object, so that nothing of it is in the livepatch.</summary>
    public bool IsUnaffected { get; init; }

    /// <summary>True where <see cref="Proof"/> says how it is known, false where it says why it is not.</summary>
    public bool IsProved { get; init; }

    /// <summary>
    /// What the patches change in the files of the unit outside of the functions above: declarations, macros, what is not
    /// compiled.
    /// </summary>
    public IReadOnlyList<ExplainedChange> OtherChanges { get; init; } = [];
}
