namespace Klp.Kernel.Diagnostics;

/// <summary>Something to tell the user: what happened, why, and what to do about it.</summary>
/// <param name="Code">A code of <see cref="DiagnosticCodes"/>; docs/diagnostics has a page for each.</param>
/// <param name="Severity">What it means for the work at hand.</param>
/// <param name="Message">The text; further lines hold candidates, notes or what to paste.</param>
/// <param name="Place">The place in the user's files, or null where there is none.</param>
public sealed record Diagnostic(string Code, DiagnosticSeverity Severity, string Message, SourcePlace? Place = null)
{
    /// <summary>The diagnostic in the canonical form <c>file(line,column): error CODE: message</c>.</summary>
    public override string ToString()
    {
        string origin = Place switch
        {
            null => "",
            { Line: 0 } => $"{Place.File}: ",
            { Column: 0 } => $"{Place.File}({Place.Line}): ",
            _ => $"{Place.File}({Place.Line},{Place.Column}): ",
        };
        string severity = Severity switch
        {
            DiagnosticSeverity.Error => "error",
            DiagnosticSeverity.Warning => "warning",
            _ => "info",
        };
        return $"{origin}{severity} {Code}: {Message}";
    }
}
