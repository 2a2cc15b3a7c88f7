using System.Text;
using Klp.DebugInfo.Types;
using Klp.Elf.Constants;

namespace Klp.DebugInfo.Btf;

/// <summary>
/// The types of a kernel or of one of its modules from a <c>.BTF</c> section (Documentation/bpf/btf.rst). It serves advice
/// only: of a damaged section what can be read counts.
/// </summary>
public sealed class BtfTypes
{
    /// <summary>The name of the section.</summary>
    public const string SectionName = ".BTF";

    private const ushort Magic = 0xeb9f;
    private const int TypeBytes = 12;
    // struct btf_header to str_len, and to layout_len, which newer files have.
    private const int HeaderBytes = 24, LongHeaderBytes = 32;
    private const int LayoutBytes = 4;
    // Types may refer to each other in a circle where the section is damaged.
    private const int MaximumDepth = 24;
    private const int MaximumParts = 1000;
    // Of a type's info; they were 0 before Linux 7.2, so that the new form reads the old one too.
    private const uint NewInfoBits = 0x60ff0000;

    private readonly byte[] bytes;
    private readonly ElfByteOrder order;
    private readonly BtfTypes? basis;
    private readonly List<int> offsets = [];
    private int strings;
    private int stringsEnd;
    private int layout;
    private int layoutEnd;

    private BtfTypes(byte[] bytes, ElfByteOrder order, BtfTypes? basis)
    {
        this.bytes = bytes;
        this.order = order;
        this.basis = basis;
    }

    /// <summary>Reads a section.</summary>
    /// <param name="contents">Its bytes, which are kept and not changed.</param>
    /// <param name="order">The file's byte order.</param>
    /// <param name="basis">The types that it adds to: for a module's those of the kernel; null where it stands alone.</param>
    /// <returns>
    /// The types, or null when the section has no header of BTF, or adds to types that are not <see cref="IsComplete">complete</see>:
    /// then none of its numbers is known.
    /// </returns>
    public static BtfTypes? Read(byte[] contents, ElfByteOrder order, BtfTypes? basis = null)
    {
        ArgumentNullException.ThrowIfNull(contents);
        ArgumentNullException.ThrowIfNull(order);
        if (basis is { IsComplete: false })
            return null;
        BtfTypes types = new(contents, order, basis);
        return types.ReadHeader() ? types : null;
    }

    /// <summary>
    /// True when every type was read. A damaged section ends the reading, and a type of a kind that is not known here, unless the
    /// section tells how long the types of that kind are (struct btf_layout); what follows is not known then, nor how much it is.
    /// </summary>
    public bool IsComplete { get; private set; }

    /// <summary>The highest of the kinds that were met, which may be one that is not known here; 0 where there are no types.</summary>
    public BtfKind HighestKind { get; private set; }

    /// <summary>
    /// True for a section in the form that Linux 7.2 brought: with a layout of its kinds, or with more than 16 bits of parts or 5 of
    /// kinds in use.
    /// </summary>
    public bool HasNewForm { get; private set; }

    /// <summary>The number that the first type of a section that adds to this one has, where this one is complete.</summary>
    public uint NextId => FirstId + (uint)offsets.Count;

    /// <summary>The offset that the first string of a section that adds to this one has, in bytes.</summary>
    public uint NextString => FirstString + (uint)(stringsEnd - strings);

    /// <summary>The type of a function, or null when there is none of that name.</summary>
    /// <param name="name">The function's name.</param>
    public DebugType? FindFunction(string name)
    {
        foreach (int offset in Named(name, BtfKind.Function))
        {
            int parts = MaximumParts;
            if (TypeAt(Word(offset + 8), 0, ref parts) is { Kind: DebugTypeKind.Function } type)
                return type;
        }

        return null;
    }

    /// <summary>The layout of a structure, or null when there is none of that name.</summary>
    /// <param name="name">The structure's tag.</param>
    public DebugStructure? FindStructure(string name)
    {
        foreach (int offset in Named(name, BtfKind.Structure))
        {
            Dictionary<string, ulong> members = new(StringComparer.Ordinal);
            // With kind_flag the highest byte is a bit field's size.
            uint mask = Word(offset + 4) >> 31 == 0 ? uint.MaxValue : 0xffffff;
            for (int i = 0; i < Count(offset); i++)
            {
                int member = offset + TypeBytes + (i * 12);
                if (StringAt(Word(member)) is { Length: > 0 } text)
                    members.TryAdd(text, (Word(member + 8) & mask) / 8);
            }

            return new DebugStructure(name, Word(offset + 8), members);
        }

        return basis?.FindStructure(name);
    }

    // struct btf_header: magic, version, flags, then hdr_len and the place and length of types, of strings and of the layout behind it.
    private bool ReadHeader()
    {
        if (bytes.Length < HeaderBytes || order.ReadUInt16(bytes) != Magic)
            return false;
        ulong start = Word(4);
        ulong types = start + Word(8), typesEnd = types + Word(12);
        ulong text = start + Word(16), textEnd = text + Word(20);
        if (typesEnd > (ulong)bytes.Length || textEnd > (ulong)bytes.Length)
            return false;
        (strings, stringsEnd) = ((int)text, (int)textEnd);
        if (start >= LongHeaderBytes && bytes.Length >= LongHeaderBytes)
            ReadLayout(start);

        ulong offset = types;
        while (offset + TypeBytes <= typesEnd)
        {
            HighestKind = (BtfKind)Math.Max((int)HighestKind, (int)Kind((int)offset));
            HasNewForm |= (Word((int)offset + 4) & NewInfoBits) != 0;
            if (PartBytes((int)offset) is not { } parts || parts > typesEnd - offset - TypeBytes)
                break;
            offsets.Add((int)offset);
            offset += TypeBytes + parts;
        }

        IsComplete = offset == typesEnd;
        return true;
    }

    private void ReadLayout(ulong start)
    {
        ulong begin = start + Word(HeaderBytes), length = Word(HeaderBytes + 4);
        if (length == 0 || begin + length > (ulong)bytes.Length)
            return;
        (layout, layoutEnd) = ((int)begin, (int)(begin + length));
        HasNewForm = true;
    }

    // What follows struct btf_type, in bytes; null where that is not known.
    private ulong? PartBytes(int offset)
    {
        ulong count = (ulong)Count(offset);
        return Kind(offset) switch
        {
            BtfKind.Integer or BtfKind.Variable or BtfKind.DeclarationTag => 4,
            BtfKind.Array => 12,
            BtfKind.Structure or BtfKind.Union or BtfKind.DataSection or BtfKind.Enumeration64 => 12 * count,
            BtfKind.Enumeration or BtfKind.FunctionPrototype => 8 * count,
            < BtfKind.Integer => null,
            > BtfKind.Enumeration64 and var unknown => FromLayout(unknown, count),
            _ => 0,
        };
    }

    // struct btf_layout: a byte with the length of what a type has once, and one with that of each of its parts.
    private ulong? FromLayout(BtfKind kind, ulong count)
    {
        int at = layout + (LayoutBytes * (int)kind);
        return at + LayoutBytes > layoutEnd ? null : bytes[at] + (bytes[at + 1] * count);
    }

    private uint FirstId => basis is null ? 1 : basis.FirstId + (uint)basis.offsets.Count;

    private uint FirstString => basis is null ? 0 : basis.FirstString + (uint)(basis.stringsEnd - basis.strings);

    private IEnumerable<int> Named(string name, BtfKind kind)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(name + "\0");
        return offsets.Where(offset => Kind(offset) == kind && StringsAt(Word(offset)).StartsWith(wanted));
    }

    private DebugType TypeAt(uint id, int depth, ref int parts)
    {
        if (id == 0)
            return DebugType.Void;
        if (id < FirstId)
            return basis!.TypeAt(id, depth, ref parts);
        if (id - FirstId >= (uint)offsets.Count || depth > MaximumDepth || parts-- <= 0)
            return DebugType.Unknown;

        int offset = offsets[(int)(id - FirstId)];
        string name = StringAt(Word(offset));
        uint link = Word(offset + 8);
        switch (Kind(offset))
        {
            case BtfKind.Integer:
                return new DebugType { Kind = DebugTypeKind.Integer, Name = name, Size = link };
            case BtfKind.Float:
                return new DebugType { Kind = DebugTypeKind.Float, Name = name, Size = link };
            case BtfKind.Enumeration or BtfKind.Enumeration64:
                return new DebugType { Kind = DebugTypeKind.Enumeration, Name = name, Size = link };
            case BtfKind.Structure:
                return new DebugType { Kind = DebugTypeKind.Structure, Name = name };
            case BtfKind.Union:
                return new DebugType { Kind = DebugTypeKind.Union, Name = name };
            case BtfKind.Forward:
                return new DebugType { Kind = Word(offset + 4) >> 31 == 0 ? DebugTypeKind.Structure : DebugTypeKind.Union, Name = name };
            case BtfKind.Pointer:
                return new DebugType { Kind = DebugTypeKind.Pointer, Target = TypeAt(link, depth + 1, ref parts) };
            case BtfKind.Alias:
                return new DebugType { Kind = DebugTypeKind.Alias, Name = name, Target = TypeAt(link, depth + 1, ref parts) };
            case BtfKind.Const:
                return new DebugType { Kind = DebugTypeKind.Qualified, Name = "const", Target = TypeAt(link, depth + 1, ref parts) };
            case BtfKind.Volatile:
                return new DebugType { Kind = DebugTypeKind.Qualified, Name = "volatile", Target = TypeAt(link, depth + 1, ref parts) };
            case BtfKind.Restrict:
                return new DebugType { Kind = DebugTypeKind.Qualified, Name = "restrict", Target = TypeAt(link, depth + 1, ref parts) };
            case BtfKind.TypeTag:
                return TypeAt(link, depth + 1, ref parts);
            case BtfKind.Array:
                return new DebugType
                {
                    Kind = DebugTypeKind.Array,
                    Target = TypeAt(Word(offset + 12), depth + 1, ref parts),
                    Size = Word(offset + 20),
                };
            case BtfKind.FunctionPrototype:
                return Prototype(offset, depth, ref parts);
            default:
                return DebugType.Unknown;
        }
    }

    // The last parameter of a variadic function has neither name nor type.
    private DebugType Prototype(int offset, int depth, ref int parts)
    {
        List<DebugType> parameters = [];
        bool isVariadic = false;
        for (int i = 0; i < Count(offset) && !isVariadic && parts > 0; i++)
        {
            uint id = Word(offset + TypeBytes + (i * 8) + 4);
            isVariadic = id == 0;
            if (!isVariadic)
                parameters.Add(TypeAt(id, depth + 1, ref parts));
        }

        return new DebugType
        {
            Kind = DebugTypeKind.Function,
            Target = TypeAt(Word(offset + 8), depth + 1, ref parts),
            Parameters = parameters,
            IsVariadic = isVariadic,
        };
    }

    private string StringAt(uint offset) => Encoding.UTF8.GetString(NameAt(offset));

    // Nothing where the string does not start and end inside the section.
    private ReadOnlySpan<byte> NameAt(uint offset)
    {
        ReadOnlySpan<byte> rest = StringsAt(offset);
        int end = rest.IndexOf((byte)0);
        return end < 0 ? default : rest[..end];
    }

    // From the string to the end of the section.
    private ReadOnlySpan<byte> StringsAt(uint offset)
    {
        if (offset < FirstString)
            return basis!.StringsAt(offset);
        uint own = offset - FirstString;
        return own >= (uint)(stringsEnd - strings) ? default : bytes.AsSpan(strings + (int)own, stringsEnd - strings - (int)own);
    }

    private BtfKind Kind(int offset) => (BtfKind)((Word(offset + 4) >> 24) & 0x7f);

    private int Count(int offset) => (int)(Word(offset + 4) & 0xffffff);

    private uint Word(int offset) => order.ReadUInt32(bytes.AsSpan(offset));
}
