using Klp.Elf.Model;

namespace Klp.Elf.Index;

/// <summary>A relocation and the place that it applies to.</summary>
/// <param name="Place">Its section and <c>r_offset</c>.</param>
/// <param name="Relocation">The relocation.</param>
public readonly record struct ElfReference(ElfPlace Place, ElfRelocation Relocation);
