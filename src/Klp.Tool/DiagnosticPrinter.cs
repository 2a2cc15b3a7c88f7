using System.CommandLine;
using System.Text.Json;
using Klp.Livepatch.Diagnostics;
using Klp.Tool.Commands;

namespace Klp.Tool;

/// <summary>Prints diagnostics on stderr in the canonical form that editors and CI systems recognise, or as JSON or SARIF on stdout.</summary>
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
        Console.Out.WriteLine(format == ReportFormat.Sarif ? SarifLog.Write(diagnostics) : JsonSerializer.Serialize(diagnostics.Select(ToJson), JsonText.Options));
        return Code(diagnostics);
    }

    /// <summary>Prints them all as text.</summary>
    /// <returns>The exit code they call for.</returns>
    internal static int Print(DiagnosticBag diagnostics)
    {
        foreach (Diagnostic diagnostic in diagnostics)
            Console.Error.WriteLine(diagnostic);
        return Code(diagnostics);
    }

    // KLP0xxx say that the work could not begin: no kernel tree, no compiler. The others are about the livepatch.
    private static int Code(DiagnosticBag diagnostics)
    {
        if (!diagnostics.HasErrors)
            return ExitCode.Success;
        bool isSetup = diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && diagnostic.Code.StartsWith("KLP0", StringComparison.Ordinal));
        return isSetup ? ExitCode.Failure : ExitCode.Findings;
    }

    private static object ToJson(Diagnostic diagnostic) => new
    {
        diagnostic.Code,
        diagnostic.Severity,
        diagnostic.Message,
        diagnostic.Place?.File,
        diagnostic.Place?.Line,
        diagnostic.Place?.Column,
    };
}
