using Klp.Livepatch.Diagnostics;

namespace Klp.Tool;

/// <summary>Prints diagnostics on stderr in the canonical form that editors and CI systems recognise.</summary>
internal static class DiagnosticPrinter
{
    /// <summary>Prints them all.</summary>
    /// <returns>The exit code they call for.</returns>
    internal static int Print(DiagnosticBag diagnostics)
    {
        foreach (Diagnostic diagnostic in diagnostics)
            Console.Error.WriteLine(diagnostic);
        return diagnostics.HasErrors ? ExitCode.Findings : ExitCode.Success;
    }
}
