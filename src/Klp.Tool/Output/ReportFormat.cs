namespace Klp.Tool.Output;

/// <summary>How diagnostics are printed.</summary>
internal enum ReportFormat
{
    /// <summary>Lines of the canonical form <c>file(line,column): error CODE: message</c>.</summary>
    Text,

    /// <summary>A JSON array.</summary>
    Json,

    /// <summary>A log of SARIF 2.1.0.</summary>
    Sarif,
}
