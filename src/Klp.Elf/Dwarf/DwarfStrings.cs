namespace Klp.Elf;

/// <summary>The string sections that a line table's header may refer to, loaded when first asked for.</summary>
internal sealed class DwarfStrings(ElfObject source)
{
    private readonly Lazy<DwarfSection?> line = new(() => DwarfSection.Load(source, ".debug_line_str"));
    private readonly Lazy<DwarfSection?> common = new(() => DwarfSection.Load(source, ".debug_str"));

    /// <summary>A string of DW_FORM_line_strp.</summary>
    internal DwarfString Line(ulong offset) => new(line.Value, offset);

    /// <summary>A string of DW_FORM_strp.</summary>
    internal DwarfString Common(ulong offset) => new(common.Value, offset);
}
