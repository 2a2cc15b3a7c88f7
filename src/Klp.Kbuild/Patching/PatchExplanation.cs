using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Klp.Kernel.Diagnostics;

namespace Klp.Kbuild.Patching;

/// <summary>What became of patches: for each unit the proof, what of it is in the livepatch and why, and where its references go.</summary>
/// <param name="Units">The units that are made from a touched file, by their objects.</param>
public sealed record PatchExplanation(IReadOnlyList<ExplainedUnit> Units)
{
    /// <summary>The reason of what no patch changed.</summary>
    public const string ByHand = "written by hand";

    /// <summary>The kernel; null where its tree cannot be read.</summary>
    public ExplainedKernel? Kernel { get; init; }

    /// <summary>The patches, in the order in which they apply.</summary>
    public IReadOnlyList<ExplainedPatch> Patches { get; init; } = [];

    /// <summary>The files that they change; none where they do not apply.</summary>
    public IReadOnlyList<ExplainedFile> Files { get; init; } = [];

    /// <summary>The functions that are replaced beside those of the units: the author wrote the new ones himself.</summary>
    public IReadOnlyList<ExplainedFunction> Written { get; init; } = [];

    /// <summary>The callbacks, which are the author's too.</summary>
    public IReadOnlyList<ExplainedCallback> Callbacks { get; init; } = [];

    /// <summary>All functions that are replaced; of refused patches those that changed.</summary>
    [JsonIgnore]
    public IEnumerable<ExplainedFunction> Functions =>
        Units.SelectMany(unit => unit.Functions).Concat(IsRefused ? [] : Written);

    /// <summary>Refusals, warnings and informations, in the order in which they were found.</summary>
    public IReadOnlyList<ExplainedFinding> Findings { get; init; } = [];

    /// <summary>What the explanation does not have, and why, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>True where nothing is made of the patches.</summary>
    public bool IsRefused => Findings.Any(finding => finding.Severity == "error");

    /// <summary>The explanation for people, in short; a report has more.</summary>
    public string ToText()
    {
        StringBuilder text = new();
        foreach (ExplainedUnit unit in Units)
        {
            text.Append(Invariant($"{unit.Source} ({unit.ObjectName}, {unit.Unit})\n  {unit.Proof}\n"));
            foreach (ExplainedFunction function in unit.Functions)
                text.Append(Invariant(
                    $"  {(function.NewName.Length > 0 ? "replaces" : "would replace")} {function.Symbol}: {function.Reason}\n"));
            foreach (ExplainedPart part in unit.Parts)
                text.Append(Invariant($"    has {part.Name}: {part.Reason}\n"));
            foreach (ExplainedReference reference in unit.References)
                text.Append(Invariant($"    uses {reference}\n"));
        }

        if (Written.Count + Callbacks.Count > 0)
            text.Append(Invariant($"{ByHand}\n"));
        foreach (ExplainedFunction function in Written)
            text.Append(Invariant($"  replaces {function.Symbol}: by {function.NewName}\n"));
        foreach (ExplainedCallback callback in Callbacks)
            text.Append(Invariant($"  calls {callback.Function}: as {callback.Kind} of {callback.ObjectName}\n"));

        // Symbols of patched code may have any characters, and a terminal obeys some.
        return VisibleText.Of(text.ToString());
    }

    /// <summary>The explanation for programs.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ExplanationJson.Indented.PatchExplanation);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
