namespace Klp.DebugInfo.Dwarf;

/// <summary>A place in a source file, as a line table names it (DWARF 5, section 6.2.2, registers file, line and column).</summary>
/// <param name="File">The path as the compiler recorded it, joined with its directory; relative where that is.</param>
/// <param name="Line">1-based line.</param>
/// <param name="Column">1-based column; 0 when unknown.</param>
public readonly record struct SourceLine(string File, int Line, int Column);
