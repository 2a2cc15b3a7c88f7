using Klp.Elf.Model;

namespace Klp.Livepatch.Generation;

/// <summary>A source of the project and what the compiler made of it.</summary>
/// <param name="Path">The source.</param>
/// <param name="Compiled">Its object, not linked yet.</param>
public sealed record CompiledSource(string Path, ElfObject Compiled);
