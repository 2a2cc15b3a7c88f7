using Klp.Elf.Model;

namespace Klp.Livepatch.Conversion;

/// <summary>A relocation that moves from its ordinary section to a livepatch section.</summary>
/// <param name="Section">The ordinary relocation section.</param>
/// <param name="Relocation">The relocation in it.</param>
/// <param name="PatchedObject">The object whose loading applies it; the livepatch section is named after it.</param>
/// <param name="Reason">Why this object, in words.</param>
public sealed record RelocationMove(ElfRelocationSection Section, ElfRelocation Relocation, string PatchedObject, string Reason)
{
    /// <summary>The section the relocation applies to.</summary>
    public ElfSection Target => Section.InfoSection!;

    /// <summary>The place the relocation applies to.</summary>
    public ElfPlace Place => new(Target, Relocation.Offset);
}
