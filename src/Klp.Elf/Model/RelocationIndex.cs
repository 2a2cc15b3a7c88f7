using System.Text;
using Klp.Elf.Constants;

namespace Klp.Elf.Model;

/// <summary>
/// A module's relocations by the place they apply to, and what they point to. Follows pointers in a module's data the way
/// the loader will resolve them.
/// </summary>
public sealed class RelocationIndex
{
    private readonly Dictionary<(ElfSection Section, ulong Offset), ElfRelocation> byPlace = [];

    /// <summary>Indexes the relocations of the sections that are loaded.</summary>
    /// <param name="module">The module.</param>
    public RelocationIndex(ElfObject module)
    {
        ArgumentNullException.ThrowIfNull(module);
        foreach (ElfRelocationSection section in module.RelocationSections)
        {
            if (section.InfoSection is not { } target || !target.Flags.HasFlag(ElfSectionFlags.Alloc))
                continue;
            foreach (ElfRelocation relocation in section.Relocations)
                byPlace.TryAdd((target, relocation.Offset), relocation);
        }
    }

    /// <summary>The relocation at a place, or null.</summary>
    public ElfRelocation? At(ElfSection section, ulong offset) => byPlace.GetValueOrDefault((section, offset));

    /// <summary>Where the pointer at a place points to in the module, or null when it points to nothing or outside.</summary>
    public (ElfSection Section, ulong Offset)? Target(ElfSection section, ulong offset) =>
        At(section, offset) is { } relocation ? Target(relocation) : null;

    /// <summary>Where a relocation points to in the module, or null when it points outside.</summary>
    public static (ElfSection Section, ulong Offset)? Target(ElfRelocation relocation) =>
        relocation?.Symbol is { Section: { } section } symbol ? (section, symbol.Value + (ulong)relocation.Addend) : null;

    /// <summary>The string a pointer points to, or null.</summary>
    public string? StringAt(ElfSection section, ulong offset)
    {
        if (Target(section, offset) is not { Section: ElfDataSection { HasContents: true } data, Offset: var start } || start >= data.Size)
            return null;
        ReadOnlySpan<byte> rest = data.Contents[(int)start..];
        int end = rest.IndexOf((byte)0);
        return end < 0 ? null : Encoding.Latin1.GetString(rest[..end]);
    }
}
