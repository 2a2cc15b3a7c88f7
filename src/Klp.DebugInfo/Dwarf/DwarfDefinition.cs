namespace Klp.DebugInfo.Dwarf;

/// <summary>Where the source defines a function.</summary>
/// <param name="Name">Its name in the source.</param>
/// <param name="File">The path as the compiler recorded it, as in <see cref="SourceLine"/>.</param>
/// <param name="Line">1-based line of its name.</param>
public sealed record DwarfDefinition(string Name, string File, int Line);
