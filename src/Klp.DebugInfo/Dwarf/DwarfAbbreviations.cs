namespace Klp.DebugInfo.Dwarf;

/// <summary>The abbreviations table of a unit: which attributes its entries have, by code (DWARF 5, section 7.5.3).</summary>
internal sealed class DwarfAbbreviations
{
    private const ulong ImplicitConstant = 0x21;

    // Compilers stay below 30; each costs time in every entry.
    private const int MaximumFields = 64;

    private readonly Dictionary<ulong, Abbreviation> byCode = [];

    /// <summary>Reads a table up to its end, or to where it is damaged.</summary>
    internal DwarfAbbreviations(DwarfCursor cursor)
    {
        while (!cursor.AtEnd && cursor.ReadUnsigned() is var code and not 0)
        {
            DwarfTag tag = (DwarfTag)cursor.ReadUnsigned();
            bool hasChildren = cursor.ReadByte() != 0;
            List<Field> fields = [];
            while (!cursor.AtEnd)
            {
                ulong attribute = cursor.ReadUnsigned(), form = cursor.ReadUnsigned();
                long constant = form == ImplicitConstant ? cursor.ReadSigned() : 0;
                if (attribute == 0 && form == 0)
                    break;
                if (fields.Count == MaximumFields)
                    return;
                fields.Add(new Field((DwarfAttribute)attribute, form, constant));
            }

            byCode.TryAdd(code, new Abbreviation(tag, hasChildren, [.. fields]));
        }
    }

    /// <summary>The abbreviation of a code, or null.</summary>
    internal Abbreviation? Find(ulong code) => byCode.GetValueOrDefault(code);

    /// <summary>
    /// An attribute of an entry: what it is, how it is encoded (DW_FORM_*), and its value where that is not in the entry.
    /// </summary>
    internal readonly record struct Field(DwarfAttribute Attribute, ulong Form, long Constant);

    /// <summary>What entries of a code have in common.</summary>
    internal sealed record Abbreviation(DwarfTag Tag, bool HasChildren, Field[] Fields);
}
