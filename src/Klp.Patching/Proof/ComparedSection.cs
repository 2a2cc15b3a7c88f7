using System.Globalization;
using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Patching.Proof;

/// <summary>A section of a compared object, with a name that no other section of the object has.</summary>
/// <param name="Name">The section's name; from the second of a name on with its number in brackets.</param>
/// <param name="Section">The section.</param>
/// <param name="Relocations">The relocations that apply to it, in file order.</param>
internal sealed record ComparedSection(string Name, ElfSection Section, IReadOnlyList<ElfRelocation> Relocations)
{
    internal bool IsCode => Section.Flags.HasFlag(ElfSectionFlags.Execute);

    internal byte[] Contents => Section is ElfDataSection data ? data.Contents.ToArray() : [];

    /// <summary>What the header says besides name and size.</summary>
    internal string Header => string.Create(CultureInfo.InvariantCulture,
        $"type {Section.Type}, flags 0x{(ulong)Section.Flags:x}, alignment {Section.Alignment}, entries of {Section.EntrySize} bytes");
}
