using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Klp.Kbuild.Patching;

/// <summary>What became of patches: for each unit the proof, what of it is in the livepatch and why, and where its references go.</summary>
/// <param name="Units">The units that are made from a touched file, by their objects.</param>
public sealed record PatchExplanation(IReadOnlyList<ExplainedUnit> Units)
{
    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The explanation for people.</summary>
    public string ToText()
    {
        StringBuilder text = new();
        foreach (ExplainedUnit unit in Units)
        {
            text.Append(CultureInfo.InvariantCulture, $"{unit.Source} ({unit.ObjectName}, {unit.Unit})\n  {unit.Proof}\n");
            foreach (ExplainedFunction function in unit.Functions)
                text.Append(CultureInfo.InvariantCulture, $"  replaces {function.Symbol}: {function.Reason}\n");
            foreach (ExplainedPart part in unit.Parts)
                text.Append(CultureInfo.InvariantCulture, $"    has {part.Name}: {part.Reason}\n");
            foreach (string reference in unit.References)
                text.Append(CultureInfo.InvariantCulture, $"    uses {reference}\n");
        }

        return text.ToString();
    }

    /// <summary>The explanation for programs.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, JsonOptions);
}
