using Klp.DebugInfo.Types;

namespace Klp.DebugInfo.Dwarf;

/// <summary>Makes C types of the entries of a unit (DWARF 5, chapter 5).</summary>
internal sealed class DwarfTypes(DwarfUnit unit)
{
    // Types may refer to each other in a circle where the unit is damaged.
    private const int MaximumDepth = 24;
    private const int MaximumParts = 1000;

    /// <summary>The type of a function, by the index of its entry.</summary>
    internal DebugType Function(int index)
    {
        int parts = MaximumParts;
        return Function(index, 0, ref parts);
    }

    /// <summary>The layout of a structure, by the index of its entry.</summary>
    internal DebugStructure Structure(int index)
    {
        Dictionary<string, ulong> members = new(StringComparer.Ordinal);
        foreach (DwarfEntry member in unit.Children(index).Select(child => unit[child]).Where(child => child.Tag == DwarfTag.Member))
        {
            if (member.Name.Text is { Length: > 0 } name)
                members.TryAdd(name, member.Location);
        }

        return new DebugStructure(unit[index].Name.Text ?? "", unit[index].Size, members);
    }

    private DebugType Function(int index, int depth, ref int parts)
    {
        List<DebugType> parameters = [];
        bool isVariadic = false;
        foreach (int child in unit.Children(index))
        {
            if (unit[child].Tag == DwarfTag.UnspecifiedParameters)
                isVariadic = true;
            else if (unit[child].Tag == DwarfTag.Parameter && parts > 0)
                parameters.Add(At(unit[child].Type, depth + 1, ref parts));
        }

        return new DebugType
        {
            Kind = DebugTypeKind.Function,
            Target = At(unit[index].Type, depth + 1, ref parts),
            Parameters = parameters,
            IsVariadic = isVariadic,
        };
    }

    private DebugType At(int offset, int depth, ref int parts)
    {
        if (offset == DwarfUnit.None)
            return DebugType.Void;
        int index = unit.IndexAt(offset);
        if (index < 0 || depth > MaximumDepth || parts-- <= 0)
            return DebugType.Unknown;

        DwarfEntry entry = unit[index];
        return entry.Tag switch
        {
            DwarfTag.BaseType =>
                Named(
                    entry.Encoding is DwarfEncoding.ComplexFloat or DwarfEncoding.Float ? DebugTypeKind.Float : DebugTypeKind.Integer,
                    entry),
            DwarfTag.Enumeration => Named(DebugTypeKind.Enumeration, entry),
            DwarfTag.Structure => Named(DebugTypeKind.Structure, entry),
            DwarfTag.Union => Named(DebugTypeKind.Union, entry),
            DwarfTag.Pointer => new DebugType { Kind = DebugTypeKind.Pointer, Target = At(entry.Type, depth + 1, ref parts) },
            DwarfTag.Alias =>
                new DebugType { Kind = DebugTypeKind.Alias, Name = entry.Name.Text ?? "", Target = At(entry.Type, depth + 1, ref parts) },
            DwarfTag.Const => Qualified("const", entry, depth, ref parts),
            DwarfTag.Volatile => Qualified("volatile", entry, depth, ref parts),
            DwarfTag.Restrict => Qualified("restrict", entry, depth, ref parts),
            DwarfTag.Atomic => Qualified("_Atomic", entry, depth, ref parts),
            DwarfTag.Array => Array(index, depth, ref parts),
            // () says nothing of the parameters.
            DwarfTag.FunctionType => entry.IsPrototyped ? Function(index, depth, ref parts) : DebugType.Unknown,
            _ => DebugType.Unknown,
        };
    }

    private static DebugType Named(DebugTypeKind kind, in DwarfEntry entry) =>
        new() { Kind = kind, Name = entry.Name.Text ?? "", Size = kind is DebugTypeKind.Structure or DebugTypeKind.Union ? 0 : entry.Size };

    private DebugType Qualified(string name, in DwarfEntry entry, int depth, ref int parts) =>
        new() { Kind = DebugTypeKind.Qualified, Name = name, Target = At(entry.Type, depth + 1, ref parts) };

    // A child for each dimension, the outermost first.
    private DebugType Array(int index, int depth, ref int parts)
    {
        DebugType type = At(unit[index].Type, depth + 1, ref parts);
        foreach (int child in unit.Children(index).Where(child => unit[child].Tag == DwarfTag.Subrange).Take(MaximumDepth).Reverse())
            type = new DebugType { Kind = DebugTypeKind.Array, Target = type, Size = unit[child].Count ?? 0 };
        return type;
    }
}
