namespace Klp.Kernel.Diagnostics;

/// <summary>Where in a file of the user a diagnostic belongs.</summary>
/// <param name="File">The file's path.</param>
/// <param name="Line">1-based line; 0 when not known.</param>
/// <param name="Column">1-based column; 0 when not known.</param>
public sealed record SourcePlace(string File, int Line = 0, int Column = 0);
