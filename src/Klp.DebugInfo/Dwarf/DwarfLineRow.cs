namespace Klp.DebugInfo.Dwarf;

/// <summary>A row of a line table's matrix (DWARF 5, section 6.2.2): the bytes from <paramref name="Offset"/> to the next row's.</summary>
/// <param name="Offset">Offset in the section in bytes.</param>
/// <param name="File">The source file, or null when the unit has no such file.</param>
/// <param name="Line">1-based line; 0 for bytes that come from none.</param>
/// <param name="Column">1-based column; 0 when unknown.</param>
/// <param name="IsEnd">True for end_sequence: the bytes from here on do not belong to the sequence.</param>
internal readonly record struct DwarfLineRow(ulong Offset, DwarfFile? File, int Line, int Column, bool IsEnd);
