using System.Text;
using Klp.Kernel.Diagnostics;

namespace Klp.Kbuild.Output;

/// <summary>An error or a warning in the making: notes come after it.</summary>
internal sealed class ParsedMessage(string code, DiagnosticSeverity severity, string text)
{
    private string code = code;
    private DiagnosticSeverity severity = severity;

    internal string Text { get; } = text;

    internal bool IsError => severity == DiagnosticSeverity.Error;

    internal ParsedPlace? Place { get; set; }

    /// <summary>True when no place can come later.</summary>
    internal bool IsClosed { get; set; }

    internal List<(CompilerFile File, int Line)> Includes { get; } = [];

    internal List<ParsedNote> Notes { get; } = [];

    internal void BecomeError(string errorCode) => (code, severity) = (errorCode, DiagnosticSeverity.Error);

    /// <summary>Takes an error for a warning; a warning stays what it is.</summary>
    internal void BecomeWarning()
    {
        if (severity == DiagnosticSeverity.Error)
        {
            string warning = code == DiagnosticCodes.CompilerError ? DiagnosticCodes.CompilerWarning : DiagnosticCodes.KbuildWarning;
            (code, severity) = (warning, DiagnosticSeverity.Warning);
        }
    }

    internal Diagnostic ToDiagnostic()
    {
        // What goes wrong in a macro of the kernel is shown where the user's code uses the macro.
        ParsedPlace? use = Place is { File.IsUsers: false } ? Notes.Find(note => note.IsMacroUse && note.Place!.File.IsUsers)?.Place : null;
        // Of what is in no file, such as the inside of an assembler's macro, clang says where it is used.
        ParsedPlace? instantiation = Place is null or { Line: 0 }
            ? Notes.Find(note => note.Place is { File.IsUsers: true, Line: > 0 })?.Place
            : null;
        StringBuilder message = new(Text);
        if (use is not null)
            message.Append($"\n  in a macro of {Place}");
        foreach ((CompilerFile file, int line) in use is null ? Includes : [])
            message.Append($"\n  included from {file.Path}:{line}");
        foreach (ParsedNote note in Notes.Where(note => use is null || !note.IsMacro))
            message.Append('\n').Append(note);
        return new Diagnostic(code, severity, message.ToString(), (use ?? instantiation ?? Place)?.ToSourcePlace());
    }
}
