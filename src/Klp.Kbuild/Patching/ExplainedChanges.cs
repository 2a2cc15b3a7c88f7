using Klp.Kernel.Diagnostics;
using Klp.Patching.Patches;

namespace Klp.Kbuild.Patching;

/// <summary>Tells of changes in the words of the user.</summary>
internal static class ExplainedChanges
{
    /// <summary>A change.</summary>
    /// <param name="file">Its file.</param>
    /// <param name="change">The change.</param>
    /// <param name="function">The function of the source that it is in, where that is worth telling.</param>
    /// <param name="patchNames">What patches are called, by their paths.</param>
    internal static ExplainedChange Of(
        PatchedSource file, SourceChange change, string? function, IReadOnlyDictionary<string, string> patchNames) => new(
        file.Path,
        change.OriginalBefore + 1,
        change.Deleted,
        change.PatchedBefore + 1,
        change.Added,
        function,
        change.Place is { } place ? patchNames.GetValueOrDefault(place.File) : null,
        change.Place?.Line ?? 0);

    /// <summary>What there was to tell.</summary>
    /// <param name="diagnostic">It.</param>
    /// <param name="patchNames">What patches are called, by their paths.</param>
    internal static ExplainedFinding Of(Diagnostic diagnostic, IReadOnlyDictionary<string, string> patchNames) => new(
        diagnostic.Severity switch
        {
            DiagnosticSeverity.Error => "error",
            DiagnosticSeverity.Warning => "warning",
            _ => "info",
        },
        diagnostic.Code,
        diagnostic.Place is { } place
            ? patchNames.GetValueOrDefault(place.File, place.File)
                + (place.Line > 0 ? FormattableString.Invariant($":{place.Line}") : "")
            : null,
        diagnostic.Message);
}
