namespace Klp.Kbuild.Patching;

/// <summary>What became of a unit.</summary>
/// <param name="Unit">The object of the kernel's build: <c>fs/proc/version.o</c>.</param>
/// <param name="Source">Its source from the root of the kernel's.</param>
/// <param name="ObjectName"><c>vmlinux</c> or the run-time name of the module.</param>
/// <param name="Proof">How it is known that what was compiled is what runs.</param>
/// <param name="Functions">The functions that are replaced.</param>
/// <param name="Parts">All that is taken.</param>
/// <param name="References">Where the references lead that do not stay in the livepatch.</param>
public sealed record ExplainedUnit(
    string Unit,
    string Source,
    string ObjectName,
    string Proof,
    IReadOnlyList<ExplainedFunction> Functions,
    IReadOnlyList<ExplainedPart> Parts,
    IReadOnlyList<string> References);
