namespace Klp.Kbuild.Building;

/// <summary>A module as kbuild linked it, unconverted.</summary>
/// <param name="Path">The module's file in the stage.</param>
/// <param name="Inputs">The files that it was made from, headers and tools among them, as absolute paths.</param>
public sealed record CompiledModule(string Path, IReadOnlyList<string> Inputs);
