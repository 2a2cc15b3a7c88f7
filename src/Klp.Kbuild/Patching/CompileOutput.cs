namespace Klp.Kbuild.Patching;

/// <summary>What a compile left.</summary>
/// <param name="Object">The object; null where the compiler failed.</param>
/// <param name="Errors">The lines of its stderr.</param>
/// <param name="Dependencies">The files that it read, as it names them.</param>
/// <param name="Directory">The folder in which it ran, from which relative names start.</param>
internal sealed record CompileOutput(byte[]? Object, IReadOnlyList<string> Errors, IReadOnlyList<string> Dependencies, string Directory);
