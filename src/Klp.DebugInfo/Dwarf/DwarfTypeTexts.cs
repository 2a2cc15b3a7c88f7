using System.Globalization;
using Klp.DebugInfo.Types;

namespace Klp.DebugInfo.Dwarf;

/// <summary>Describes the types of a unit by texts, for comparison: see <see cref="DebugDeclarations"/>.</summary>
internal sealed class DwarfTypeTexts(DwarfUnit unit)
{
    // Types may refer to each other in a circle where the unit is damaged.
    private const int MaximumDepth = 64;
    private const int MaximumMembers = 100_000;
    private const string Nothing = "?";

    // By the offset of the entry.
    private readonly Dictionary<int, string> known = [];

    /// <summary>True where a reference leads nowhere, or in a circle.</summary>
    internal bool IsDamaged { get; private set; }

    /// <summary>The name of a type with a tag, or null.</summary>
    internal static string? Tagged(in DwarfEntry entry) => entry.Name.Text is { Length: > 0 } tag ? $"{Word(entry.Tag)} {tag}" : null;

    /// <summary>The index of the structure, union or enumeration without a tag that an alias names, or -1.</summary>
    internal int WithoutTag(int alias)
    {
        int index = unit.IndexAt(unit[alias].Type);
        for (int depth = 0; index >= 0 && depth < MaximumDepth && IsQualifier(unit[index].Tag); depth++)
            index = unit.IndexAt(unit[index].Type);
        return index >= 0 && IsAggregate(unit[index].Tag) && !unit[index].IsDeclaration && Tagged(unit[index]) is null ? index : -1;
    }

    /// <summary>The layout of a type, by the index of its entry.</summary>
    internal DebugLayout Layout(int index, string name)
    {
        List<DebugMember> members = [];
        AddMembers(members, index, 0, 0);
        return new DebugLayout(name, unit[index].Size, members);
    }

    /// <summary>The type of a function, by the index of its entry.</summary>
    internal string Function(int index) => Function(index, 0);

    /// <summary>The type at an offset.</summary>
    internal string At(int offset) => At(offset, 0);

    private void AddMembers(List<DebugMember> members, int index, ulong start, int depth)
    {
        foreach (int child in unit.Children(index))
        {
            DwarfEntry member = unit[child];
            if (member.Tag == DwarfTag.Enumerator)
            {
                members.Add(new DebugMember(member.Name.Text ?? "", member.Value, 0, 0, ""));
            }
            else if (member.Tag == DwarfTag.Member)
            {
                string name = member.Name.Text ?? "";
                int type = name.Length == 0 ? unit.IndexAt(member.Type) : -1;
                if (depth > MaximumDepth || members.Count > MaximumMembers)
                    IsDamaged = true;
                else if (type >= 0 && IsAggregate(unit[type].Tag))
                    AddMembers(members, type, start + member.Location, depth + 1);
                else
                    members.Add(new DebugMember(name, start + member.Location, member.BitOffset, member.BitSize, At(member.Type, depth)));
            }
        }
    }

    private string At(int offset, int depth)
    {
        if (offset == DwarfUnit.None)
            return "void";
        if (known.TryGetValue(offset, out string? text))
            return text;
        int index = unit.IndexAt(offset);
        if (index < 0 || depth > MaximumDepth)
        {
            IsDamaged = true;
            return Nothing;
        }

        return known[offset] = Text(index, depth + 1);
    }

    private string Text(int index, int depth)
    {
        DwarfEntry entry = unit[index];
        return entry.Tag switch
        {
            DwarfTag.BaseType => Number(entry),
            _ when IsAggregate(entry.Tag) => Tagged(entry) ?? Untagged(index, depth),
            DwarfTag.Pointer => At(entry.Type, depth) + " *",
            DwarfTag.Alias => WithoutTag(index) >= 0 ? entry.Name.Text ?? Nothing : At(entry.Type, depth),
            _ when IsQualifier(entry.Tag) => At(entry.Type, depth),
            DwarfTag.Array => Array(index, depth),
            DwarfTag.FunctionType => Function(index, depth),
            _ => string.Create(CultureInfo.InvariantCulture, $"tag 0x{(ulong)entry.Tag:x}"),
        };
    }

    private static string Number(in DwarfEntry entry) => string.Create(CultureInfo.InvariantCulture, $"{entry.Encoding switch
    {
        DwarfEncoding.Boolean => "bool",
        DwarfEncoding.ComplexFloat => "complex",
        DwarfEncoding.Float => "float",
        DwarfEncoding.Signed or DwarfEncoding.SignedChar => "s",
        DwarfEncoding.Unsigned or DwarfEncoding.UnsignedChar => "u",
        _ => entry.Name.Text ?? Nothing,
    }}{entry.Size * 8}");

    private string Untagged(int index, int depth)
    {
        if (depth > MaximumDepth)
        {
            IsDamaged = true;
            return Nothing;
        }

        List<DebugMember> members = [];
        AddMembers(members, index, 0, depth);
        IEnumerable<string> all = members.Select(member =>
            string.Create(
                CultureInfo.InvariantCulture, $"{member.Name} {member.Type} @{member.Offset}.{member.BitOffset}:{member.BitSize}"));
        return string.Create(
            CultureInfo.InvariantCulture, $"{Word(unit[index].Tag)} {{{string.Join("; ", all)}}} of {unit[index].Size} bytes");
    }

    private string Function(int index, int depth)
    {
        IEnumerable<string> parameters = unit.Children(index).Select(child => unit[child].Tag switch
        {
            DwarfTag.Parameter => At(unit[child].Type, depth),
            DwarfTag.UnspecifiedParameters => "...",
            _ => "",
        });
        return $"{At(unit[index].Type, depth)} ({string.Join(", ", parameters.Where(parameter => parameter.Length > 0))})";
    }

    // A child for each dimension.
    private string Array(int index, int depth) => At(unit[index].Type, depth) + string.Concat(unit.Children(index)
        .Where(child => unit[child].Tag == DwarfTag.Subrange)
        .Select(child => string.Create(CultureInfo.InvariantCulture, $"[{unit[child].Count}]")));

    private static bool IsAggregate(DwarfTag tag) => tag is DwarfTag.Structure or DwarfTag.Union or DwarfTag.Enumeration;

    private static bool IsQualifier(DwarfTag tag) => tag is DwarfTag.Const or DwarfTag.Volatile or DwarfTag.Restrict or DwarfTag.Atomic;

    private static string Word(DwarfTag tag) => tag switch
    {
        DwarfTag.Structure => "struct",
        DwarfTag.Union => "union",
        _ => "enum",
    };
}
