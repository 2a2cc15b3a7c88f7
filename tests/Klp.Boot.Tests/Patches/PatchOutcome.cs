using Klp.Kbuild.Patching;
using Klp.Kernel.Diagnostics;

namespace Klp.Boot.Tests.Patches;

/// <summary>What became of a patch.</summary>
/// <param name="Module">The livepatch's file; null where the patch was refused.</param>
/// <param name="Diagnostics">What was said of it.</param>
/// <param name="Explanation">What changed and why; null where it was refused before that.</param>
internal sealed record PatchOutcome(string? Module, IReadOnlyList<Diagnostic> Diagnostics, PatchExplanation? Explanation)
{
    /// <summary>The codes of the errors, each once.</summary>
    public IReadOnlyList<string> Errors =>
        [.. Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic => diagnostic.Code).Distinct()];

    /// <summary>
    /// Fails the test where nothing was made and no rule of patches says why: an error of what was made, in conversion or
    /// validation, is one of the extraction.
    /// </summary>
    public void AssertMadeOrRefused() => Assert.True(
        Module is not null || (Errors.Count > 0 && Errors.All(code => code.StartsWith("KLP70", StringComparison.Ordinal))), ToString());

    /// <inheritdoc/>
    public override string ToString() => string.Join('\n', Diagnostics);
}
