using System.Reflection;
using System.Text.Json;
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
        Dictionary<string, object> log = new()
        {
            ["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json",
            ["version"] = "2.1.0",
            ["runs"] = new object[]
            {
                new
                {
                    Tool = new
                    {
                        Driver = new
                        {
                            Name = "klp",
                            Version = typeof(SarifLog).Assembly
                                .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0],
                            Rules = codes.Select(code => new { Id = code }),
                        },
                    },
                    ColumnKind = "utf16CodeUnits",
                    Results = diagnostics.Select(diagnostic => Result(diagnostic, Array.IndexOf(codes, diagnostic.Code))),
                },
            },
        };
        return JsonSerializer.Serialize(log, JsonText.Options);
    }

    private static Dictionary<string, object> Result(Diagnostic diagnostic, int rule)
    {
        Dictionary<string, object> result = new()
        {
            ["ruleId"] = diagnostic.Code,
            ["ruleIndex"] = rule,
            ["level"] = diagnostic.Severity switch
            {
                DiagnosticSeverity.Error => "error",
                DiagnosticSeverity.Warning => "warning",
                _ => "note",
            },
            ["message"] = new { Text = CommandWords.All.Fill(diagnostic.Message) },
        };
        if (diagnostic.Place is { } place)
            result["locations"] = new object[] { new { PhysicalLocation = Location(place) } };
        return result;
    }

    // Lines and columns count from 1; what is not known is left out.
    private static Dictionary<string, object> Location(SourcePlace place)
    {
        Dictionary<string, object> location = new() { ["artifactLocation"] = new { Uri = UriOf(place.File) } };
        if (place.Line > 0)
            location["region"] = place.Column > 0
                ? new { StartLine = place.Line, StartColumn = place.Column }
                : new { StartLine = place.Line };
        return location;
    }

    private static string UriOf(string file) =>
        Path.IsPathRooted(file) ? new Uri(file).AbsoluteUri : string.Join('/', file.Split('/').Select(Uri.EscapeDataString));
}
