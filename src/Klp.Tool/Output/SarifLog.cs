using System.Reflection;
using System.Text.Json.Nodes;
using Klp.Kernel.Diagnostics;

namespace Klp.Tool.Output;

/// <summary>
/// Writes diagnostics as a log of the Static Analysis Results Interchange Format (OASIS SARIF 2.1.0), which code scanning
/// services read.
/// </summary>
internal static class SarifLog
{
    /// <summary>The log as JSON.</summary>
    internal static string Write(DiagnosticBag diagnostics)
    {
        string[] codes = [.. diagnostics.Select(diagnostic => diagnostic.Code).Distinct().Order(StringComparer.Ordinal)];
        JsonObject driver = new()
        {
            ["name"] = "klp",
            ["version"] = typeof(SarifLog).Assembly
                .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0],
            ["rules"] = new JsonArray([.. codes.Select(code => new JsonObject { ["id"] = code })]),
        };
        JsonObject run = new()
        {
            ["tool"] = new JsonObject { ["driver"] = driver },
            ["columnKind"] = "utf16CodeUnits",
            ["results"] = new JsonArray([.. diagnostics.Select(diagnostic => Result(diagnostic, Array.IndexOf(codes, diagnostic.Code)))]),
        };
        JsonObject log = new()
        {
            ["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json",
            ["version"] = "2.1.0",
            ["runs"] = new JsonArray(run),
        };
        return log.ToJsonString(ToolJson.Form);
    }

    private static JsonObject Result(Diagnostic diagnostic, int rule)
    {
        JsonObject result = new()
        {
            ["ruleId"] = diagnostic.Code,
            ["ruleIndex"] = rule,
            ["level"] = diagnostic.Severity switch
            {
                DiagnosticSeverity.Error => "error",
                DiagnosticSeverity.Warning => "warning",
                _ => "note",
            },
            ["message"] = new JsonObject { ["text"] = CommandWords.All.Fill(diagnostic.Message) },
        };
        if (diagnostic.Place is { } place)
            result["locations"] = new JsonArray(new JsonObject { ["physicalLocation"] = Location(place) });
        return result;
    }

    // Lines and columns count from 1; what is not known is left out.
    private static JsonObject Location(SourcePlace place)
    {
        JsonObject location = new() { ["artifactLocation"] = new JsonObject { ["uri"] = UriOf(place.File) } };
        if (place.Line > 0)
            location["region"] = place.Column > 0
                ? new JsonObject { ["startLine"] = place.Line, ["startColumn"] = place.Column }
                : new JsonObject { ["startLine"] = place.Line };
        return location;
    }

    private static string UriOf(string file) =>
        Path.IsPathRooted(file) ? new Uri(file).AbsoluteUri : string.Join('/', file.Split('/').Select(Uri.EscapeDataString));
}
