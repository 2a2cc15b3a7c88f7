using Klp.Elf.Model;

namespace Klp.Patching.Diff;

/// <summary>A relocation of a part, and what it refers to.</summary>
/// <param name="Offset">Where it is applied, from the beginning of the part, in bytes.</param>
/// <param name="Relocation">The relocation.</param>
/// <param name="Target">The part of the unit that is meant; null for what another unit defines, or what is no part.</param>
/// <param name="ExternalName">Where <see cref="Target"/> is null: the symbol's name.</param>
/// <param name="TargetOffset">From the beginning of the target, in bytes; with another unit's symbol it is the addend.</param>
public sealed record PartReference(ulong Offset, ElfRelocation Relocation, UnitPart? Target, string? ExternalName, long TargetOffset);
