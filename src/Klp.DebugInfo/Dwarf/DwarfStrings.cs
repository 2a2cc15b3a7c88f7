namespace Klp.DebugInfo.Dwarf;

/// <summary>The string sections that a line table's header or an entry may refer to, loaded when first asked for.</summary>
internal sealed class DwarfStrings(Func<string, DwarfSection?> load)
{
    private readonly Lazy<DwarfSection?> line = new(() => load(".debug_line_str"));
    private readonly Lazy<DwarfSection?> common = new(() => load(".debug_str"));

    /// <summary>The section of <see cref="Common"/>, or null where there is none.</summary>
    internal DwarfSection? CommonSection => common.Value;

    /// <summary>A string of DW_FORM_line_strp.</summary>
    internal DwarfString Line(ulong offset) => new(line.Value, offset);

    /// <summary>A string of DW_FORM_strp.</summary>
    internal DwarfString Common(ulong offset) => new(common.Value, offset);
}
