namespace Klp.DebugInfo.Dwarf;

/// <summary>The entries of a unit in the order of the file, up to its end or to where it is damaged.</summary>
internal sealed class DwarfUnit
{
    /// <summary>An offset of an entry that says that there is none.</summary>
    internal const int None = -1;

    /// <summary>An offset of an entry that cannot be followed.</summary>
    internal const int Unreachable = -2;

    // Compilers stay far below; a damaged table of abbreviations can make an entry of every byte.
    private const int MaximumEntries = 1_000_000;

    // Compilers stay below 100.
    private const int MaximumDepth = 256;

    private readonly List<DwarfEntry> entries = [];
    private readonly DwarfSections sections;
    private readonly int length;
    private DwarfUnitHeader header;
    private ulong stringOffsets;
    private ulong addresses;

    private ulong? lines;

    private DwarfString directory;

    private DwarfUnit(DwarfSections sections, int length)
    {
        this.sections = sections;
        this.length = length;
    }

    /// <summary>DW_AT_name of the unit itself: the source file as the compiler was given it; null where it is not told.</summary>
    internal string? SourceFile => entries.Count > 0 ? entries[0].Name.Text : null;

    /// <summary>DW_AT_comp_dir of the unit: the directory in which the compiler ran; null where it is not told.</summary>
    internal string? Directory => directory.Text;

    /// <summary>The unit's line table, whose files entries refer to; null where there is none, or a damaged one.</summary>
    internal DwarfLineHeader? LineHeader => lines is { } offset ? sections.LineHeaderAt(offset) : null;

    /// <summary>False where the unit is damaged, so that entries are missing.</summary>
    internal bool IsWhole { get; private set; }

    /// <summary>Number of entries.</summary>
    internal int Count => entries.Count;

    /// <summary>An entry by its index.</summary>
    internal DwarfEntry this[int index] => entries[index];

    /// <summary>Reads a unit, or null where it has nothing to tell.</summary>
    /// <param name="sections">The debug sections of the file.</param>
    /// <param name="info">.debug_info, or the part of it with the unit.</param>
    /// <param name="start">Where the unit starts in it, in bytes.</param>
    /// <param name="end">Where the unit ends in it.</param>
    internal static DwarfUnit? Read(DwarfSections sections, DwarfSection info, int start, int end)
    {
        DwarfCursor cursor = new(info, sections.Order, start, end);
        if (DwarfUnitHeader.Read(cursor) is not { } header || sections.AbbreviationsAt(header.Abbreviations) is not { } abbreviations)
            return null;
        DwarfUnit unit = new(sections, end - start) { header = header };
        // Behind the header of the tables (DWARF 5, sections 7.26 and 7.27), where the first entry does not say it.
        unit.stringOffsets = unit.addresses = header.Is64Bit ? 16u : 8u;
        unit.ReadEntries(cursor, start, abbreviations);
        return unit;
    }

    /// <summary>The index of the entry at an offset in the unit, or -1.</summary>
    internal int IndexAt(int offset)
    {
        int low = 0, high = entries.Count - 1;
        while (low <= high)
        {
            int middle = low + ((high - low) / 2);
            if (entries[middle].Offset == offset)
                return middle;
            if (entries[middle].Offset < offset)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return -1;
    }

    /// <summary>The indices of an entry's children.</summary>
    internal IEnumerable<int> Children(int index)
    {
        // What is below an entry follows it.
        for (int i = index + 1; i < entries.Count && entries[i].Parent >= index; i++)
        {
            if (entries[i].Parent == index)
                yield return i;
        }
    }

    private void ReadEntries(DwarfCursor cursor, int start, DwarfAbbreviations abbreviations)
    {
        DwarfForms forms = new(cursor, header, sections.Strings);
        int parent = -1, depth = 0;
        while (!cursor.AtEnd && entries.Count < MaximumEntries)
        {
            int offset = cursor.Position - start;
            ulong code = cursor.ReadUnsigned();
            if (code == 0)
            {
                if (parent < 0)
                    break;
                parent = entries[parent].Parent;
                depth--;
                continue;
            }

            if (abbreviations.Find(code) is not { } abbreviation)
                return;
            DwarfEntry entry = new() { Offset = offset, Parent = parent, Tag = abbreviation.Tag, Type = None, Origin = None };
            foreach (DwarfAbbreviations.Field field in abbreviation.Fields)
                Take(ref entry, field.Attribute, forms.Read(field.Form, field.Constant));
            if (cursor.Failed)
                return;
            entries.Add(entry);
            if (abbreviation.HasChildren)
            {
                if (++depth > MaximumDepth)
                    return;
                parent = entries.Count - 1;
            }
            else if (parent < 0)
            {
                break;
            }
        }

        IsWhole = parent < 0 && entries.Count < MaximumEntries;
    }

    private void Take(ref DwarfEntry entry, DwarfAttribute attribute, DwarfValue value)
    {
        switch (attribute)
        {
            case DwarfAttribute.Name:
                entry.Name = value.Kind == DwarfValueKind.TextIndex
                    ? sections.StringAt(stringOffsets, value.Number, header.Is64Bit)
                    : value.Text;
                break;
            case DwarfAttribute.CompilationDirectory:
                directory = value.Kind == DwarfValueKind.TextIndex
                    ? sections.StringAt(stringOffsets, value.Number, header.Is64Bit)
                    : value.Text;
                break;
            case DwarfAttribute.LowPc:
                entry.HasCode = true;
                if (value.Kind == DwarfValueKind.AddressIndex)
                    (entry.Address, entry.Section) = sections.AddressAt(addresses, value.Number, header.AddressBytes);
                else if (value.Kind == DwarfValueKind.Address)
                    (entry.Address, entry.Section) = (value.Number, value.Section);
                break;
            case DwarfAttribute.Ranges:
                entry.HasCode = true;
                break;
            case DwarfAttribute.AbstractOrigin or DwarfAttribute.Specification:
                entry.Origin = Offset(value);
                break;
            case DwarfAttribute.Type:
                entry.Type = Offset(value);
                break;
            case DwarfAttribute.ByteSize:
                entry.Size = Number(value) ?? 0;
                break;
            case DwarfAttribute.Count:
                entry.Count = Number(value);
                break;
            case DwarfAttribute.UpperBound:
                entry.Count = Number(value) + 1;
                break;
            case DwarfAttribute.MemberLocation:
                entry.Location = Number(value) ?? 0;
                break;
            case DwarfAttribute.DataBitOffset:
                entry.BitOffset = Number(value) ?? 0;
                entry.Location = entry.BitOffset / 8;
                break;
            case DwarfAttribute.BitOffset:
                entry.BitOffset = Number(value) ?? 0;
                break;
            case DwarfAttribute.BitSize:
                entry.BitSize = Number(value) ?? 0;
                break;
            case DwarfAttribute.ConstantValue:
                entry.Value = Number(value) ?? 0;
                break;
            case DwarfAttribute.Encoding:
                entry.Encoding = (DwarfEncoding)(Number(value) ?? 0);
                break;
            case DwarfAttribute.DeclarationFile:
                entry.DeclarationFile = Number(value);
                break;
            case DwarfAttribute.DeclarationLine:
                entry.DeclarationLine = Number(value) is { } line and < int.MaxValue ? (int)line : 0;
                break;
            case DwarfAttribute.StatementList:
                lines = value.Number;
                break;
            case DwarfAttribute.Declaration:
                entry.IsDeclaration = Number(value) == 1;
                break;
            case DwarfAttribute.Prototyped:
                entry.IsPrototyped = Number(value) == 1;
                break;
            case DwarfAttribute.StringOffsetsBase:
                stringOffsets = value.Number;
                break;
            case DwarfAttribute.AddressBase:
                addresses = value.Number;
                break;
        }
    }

    private static ulong? Number(DwarfValue value) => value.Kind == DwarfValueKind.Constant ? value.Number : null;

    private int Offset(DwarfValue value) =>
        value.Kind == DwarfValueKind.Reference && value.Number < (ulong)length ? (int)value.Number : Unreachable;
}
