using System.CommandLine;
using System.Text.Json.Nodes;
using Klp.Kernel.Diagnostics;

namespace Klp.Tool.Output;

/// <summary>
/// Prints diagnostics on stderr in the canonical form that editors and CI systems recognise, or as JSON or SARIF on stdout.
/// </summary>
internal static class DiagnosticPrinter
{
    /// <summary>Prints them all, as the command line asks.</summary>
    /// <returns>The exit code they call for.</returns>
    internal static int Print(DiagnosticBag diagnostics, ParseResult arguments) =>
        Print(diagnostics, arguments.GetValue(SharedOptions.Json) ? ReportFormat.Json : ReportFormat.Text);

    /// <summary>Prints them all in a form.</summary>
    /// <returns>The exit code they call for.</returns>
    internal static int Print(DiagnosticBag diagnostics, ReportFormat format)
    {
        if (format == ReportFormat.Text)
            return Print(diagnostics);
        Console.Out.WriteLine(format == ReportFormat.Sarif ? SarifLog.Write(diagnostics) : Json(diagnostics).ToJsonString(ToolJson.Form));
        return Code(diagnostics);
    }

    /// <summary>Prints them all as text.</summary>
    /// <returns>The exit code they call for.</returns>
    internal static int Print(DiagnosticBag diagnostics)
    {
        foreach (Diagnostic diagnostic in diagnostics)
            Console.Error.WriteLine(CommandWords.All.Fill(diagnostic));
        return Code(diagnostics);
    }

    /// <summary>The diagnostics in the form in which they become JSON.</summary>
    internal static JsonArray Json(DiagnosticBag diagnostics) => new([.. diagnostics.Select(ToJson)]);

    /// <summary>
    /// The exit code that diagnostics call for. KLP0xxx and KLP2xxx say that the work could not be done: no kernel tree, a
    /// file that cannot be read. The others are about the livepatch.
    /// </summary>
    internal static int Code(DiagnosticBag diagnostics)
    {
        if (!diagnostics.HasErrors)
            return ExitCode.Success;
        bool isSetup = diagnostics.Any(
            diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && diagnostic.Code is ['K', 'L', 'P', '0' or '2', ..]);
        return isSetup ? ExitCode.Failure : ExitCode.Findings;
    }

    // Lines and columns count from 1; what is not known is left out.
    private static JsonObject ToJson(Diagnostic diagnostic)
    {
        JsonObject json = new()
        {
            ["code"] = diagnostic.Code,
            ["severity"] = ToolJson.Word(diagnostic.Severity),
            ["message"] = CommandWords.All.Fill(diagnostic.Message),
        };
        if (diagnostic.Place is not { } place)
            return json;
        json["file"] = place.File;
        if (place.Line > 0)
            json["line"] = place.Line;
        if (place.Column > 0)
            json["column"] = place.Column;
        return json;
    }
}
