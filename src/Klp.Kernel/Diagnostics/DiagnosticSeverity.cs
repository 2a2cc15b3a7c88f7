namespace Klp.Kernel.Diagnostics;

/// <summary>What a diagnostic means for the work at hand.</summary>
public enum DiagnosticSeverity
{
    /// <summary>Worth knowing; nothing is wrong.</summary>
    Info,

    /// <summary>Probably wrong; the result is still made.</summary>
    Warning,

    /// <summary>Wrong; no result is made.</summary>
    Error,
}
