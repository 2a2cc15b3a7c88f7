using Klp.DebugInfo.Btf;
using Klp.Elf.Constants;
using Klp.Kernel.Facts;

namespace Klp.Livepatch.Validation;

/// <summary>
/// What the kernel checks of a module's BTF before it takes it (kernel/bpf/btf.c, btf_parse_module: btf_parse_hdr,
/// btf_parse_str_sec, btf_check_all_metas and the length of chains of modifiers), in its order and with its words. Which letters
/// names may have, and what .BTF.base promises of the kernel's types, is not looked at.
/// </summary>
internal sealed class BtfSectionCheck
{
    private const ushort Magic = 0xeb9f;
    private const int HeaderBytes = 24, LengthEnd = 8, TypeBytes = 12;
    private const uint LargestString = 0x00ffffff, LargestType = 0x000fffff;
    private const int LongestChain = 32;

    // errno(3) of Linux; ENOTSUPP is the kernel's own.
    private const int Invalid = 22, TooBig = 7, Loop = 40, NotSupported = 524;

    // Since 7.2 a type's number of parts has 24 bits and its kind 7; when that came is not known more exactly.
    private const uint OldInfoBits = 0x9f00ffff;
    private static readonly KernelVersion OldFormBefore = new(6, 19), NewFormSince = new(7, 2);
    // The versions up to here are known with all their kinds.
    private static readonly KernelVersion KindsKnownBefore = new(7, 3);

    private readonly byte[] bytes;
    private readonly ElfByteOrder order;
    private readonly KernelVersion version;
    private readonly BtfTypes? basis, kernel;
    private readonly bool hasNewForm, isFormKnown;
    private readonly List<int> types = [];
    private uint headerLength, typeOffset, typeLength, stringOffset, stringLength;

    /// <summary>A check of one section.</summary>
    /// <param name="bytes">The section.</param>
    /// <param name="order">The module's byte order.</param>
    /// <param name="version">The kernel's version.</param>
    /// <param name="basis">The types that it adds to, or null where they are not at hand: then what depends on them is not checked.</param>
    /// <param name="kernel">
    /// The kernel's own types, which tell what it can read: distributions bring newer BTF to older versions. Where they are not at
    /// hand (null), what is newer than the version is no error.
    /// </param>
    internal BtfSectionCheck(byte[] bytes, ElfByteOrder order, KernelVersion version, BtfTypes? basis, BtfTypes? kernel)
    {
        this.bytes = bytes;
        this.order = order;
        this.version = version;
        // Without all of them, no number of a type is known.
        this.basis = basis is { IsComplete: true } ? basis : null;
        this.kernel = kernel;
        hasNewForm = version >= NewFormSince || kernel is { HasNewForm: true };
        isFormKnown = hasNewForm || (version < OldFormBefore && kernel is { IsComplete: true });
    }

    /// <summary>
    /// The error number and what is wrong, in the kernel's words; none where the kernel would take it, or that is not known.
    /// </summary>
    internal (int Error, string? Problem) Find()
    {
        if (!isFormKnown && IsOfNewForm)
            return default;
        (int, string?) problem = CheckHeader();
        if (problem.Item2 is null)
            problem = CheckStrings();
        if (problem.Item2 is null)
            problem = CheckTypes();
        return problem.Item2 is null && types.Count > 0 ? CheckChains() : problem;
    }

    // struct btf_layout came with the new form; headers of other lengths are padded with zeros.
    private bool IsOfNewForm => bytes.Length >= LengthEnd && Word(4) is > HeaderBytes and var length && length <= (uint)bytes.Length
        && bytes.AsSpan(HeaderBytes, (int)length - HeaderBytes).ContainsAnyExcept((byte)0);

    private (int, string?) CheckHeader()
    {
        if (bytes.Length < LengthEnd)
            return (Invalid, "hdr_len not found");
        headerLength = Word(4);
        if ((uint)bytes.Length < headerLength)
            return (Invalid, "btf_header not found");
        // A longer header is of a newer kernel, which has 8 bytes more since 7.2.
        int known = hasNewForm ? HeaderBytes + 8 : HeaderBytes;
        if (headerLength > known && bytes.AsSpan(known, (int)headerLength - known).ContainsAnyExcept((byte)0))
            return (TooBig, "Unsupported btf_header");
        if (order.ReadUInt16(bytes) != Magic)
            return (Invalid, "Invalid magic");
        if (bytes[2] != 1)
            return (NotSupported, "Unsupported version");
        if (bytes[3] != 0)
            return (NotSupported, "Unsupported flags");
        (typeOffset, typeLength, stringOffset, stringLength) = (Field(8), Field(12), Field(16), Field(20));
        return CheckParts(known);
    }

    // What follows the header is the types and the strings, in any order and nothing else.
    private (int, string?) CheckParts(int known)
    {
        List<(uint Offset, uint Length)> parts = [(typeOffset, typeLength), (stringOffset, stringLength)];
        if (known > HeaderBytes && headerLength >= known && Field(HeaderBytes + 4) > 0)
            parts.Add((Field(HeaderBytes), Field(HeaderBytes + 4)));
        uint expected = (uint)bytes.Length - headerLength, total = 0;
        foreach ((uint offset, uint length) in parts.OrderBy(part => part.Offset).ThenBy(part => part.Length))
        {
            if (expected < offset)
                return (Invalid, "Invalid section offset");
            if (total < offset)
                return (Invalid, "Unsupported section found");
            if (total > offset)
                return (Invalid, "Section overlap found");
            if (expected - total < length)
                return (Invalid, "Total section length too long");
            total += length;
        }

        return expected == total ? default : (Invalid, "Unsupported section found");
    }

    private (int, string?) CheckStrings()
    {
        uint end = headerLength + stringOffset + stringLength;
        if (!hasNewForm && end != (uint)bytes.Length)
            return (Invalid, "String section is not at the end");
        if (stringLength == 0)
            return default;
        return stringLength - 1 > LargestString || bytes[end - 1] != 0 ? (Invalid, "Invalid string section") : default;
    }

    private (int, string?) CheckTypes()
    {
        uint end = headerLength + typeOffset + typeLength;
        for (uint at = headerLength + typeOffset; at < end;)
        {
            uint left = end - at, id = (basis?.NextId ?? 1) + (uint)types.Count;
            string label = basis is null ? $"type {types.Count + 1}" : $"[{id}]";
            if (left < TypeBytes)
                return (Invalid, $"{label} meta_left:{left} meta_needed:{TypeBytes}");
            uint info = Word(at + 4);
            if (!hasNewForm && (info & ~OldInfoBits) != 0)
            {
                types.Clear();
                return isFormKnown ? (Invalid, $"{label} Invalid btf_info:{info:x}") : default;
            }

            BtfKind kind = Kind(at);
            if (kind < BtfKind.Integer || IsTooNew(kind))
                return (Invalid, $"{label} Invalid kind:{(uint)kind}");
            if (kind > BtfKind.Enumeration64)
            {
                types.Clear();
                return default;
            }

            if (!IsName(Word(at)))
                return (Invalid, $"{label} Invalid name_offset:{Word(at)}");
            ulong needed = PartBytes(kind, Count(at));
            if (left - TypeBytes < needed)
                return (Invalid, $"{label} meta_left:{left - TypeBytes} meta_needed:{needed}");
            if (CheckType(at, kind) is { } problem)
                return (Invalid, $"{label} {problem}");
            types.Add((int)at);
            at += TypeBytes + (uint)needed;
        }

        return default;
    }

    // What the kernel's own types have it knows, whatever its version is.
    private bool IsTooNew(BtfKind kind) =>
        kernel is { IsComplete: true } && version < KindsKnownBefore && kind > LastKind && kind > kernel.HighestKind;

    private BtfKind LastKind =>
        version >= new KernelVersion(6, 0) ? BtfKind.Enumeration64
        : version >= new KernelVersion(5, 17) ? BtfKind.TypeTag
        : version >= new KernelVersion(5, 16) ? BtfKind.DeclarationTag
        : BtfKind.Float;

    private string? CheckType(uint at, BtfKind kind)
    {
        uint name = Word(at), link = Word(at + 8);
        bool isNamed = name != 0;
        switch (kind)
        {
            case BtfKind.Alias or BtfKind.TypeTag or BtfKind.Forward or BtfKind.Function or BtfKind.Variable
                or BtfKind.DataSection when !isNamed:
            case BtfKind.Pointer or BtfKind.Const or BtfKind.Volatile or BtfKind.Restrict or BtfKind.Array
                or BtfKind.FunctionPrototype when isNamed:
                return "Invalid name";
            case BtfKind.Pointer or BtfKind.Const or BtfKind.Volatile or BtfKind.Restrict or BtfKind.Alias or BtfKind.TypeTag
                or BtfKind.Integer or BtfKind.Forward or BtfKind.Array or BtfKind.Variable or BtfKind.Float
                when Count(at) != 0:
                return "vlen != 0";
            case BtfKind.Pointer or BtfKind.Const or BtfKind.Volatile or BtfKind.Restrict or BtfKind.Alias
                or BtfKind.TypeTag when link > LargestType:
            case BtfKind.Variable when link is 0 or > LargestType:
                return "Invalid type_id";
            case BtfKind.Array when Word(at + 12) is 0 or > LargestType:
                return "Invalid elem";
            case BtfKind.Array when Word(at + 16) is 0 or > LargestType:
                return "Invalid index";
            case BtfKind.Structure or BtfKind.Union:
                return CheckMembers(at);
            case BtfKind.Enumeration or BtfKind.Enumeration64:
                return CheckValues(at, kind == BtfKind.Enumeration ? 8u : 12u);
            default:
                return null;
        }
    }

    private string? CheckMembers(uint at)
    {
        for (uint i = 0, member = at + TypeBytes; i < Count(at); i++, member += 12)
        {
            if (!IsName(Word(member)))
                return $"Invalid member name_offset:{Word(member)}";
            if (Word(member + 4) is 0 or > LargestType)
                return "Invalid type_id";
        }

        return null;
    }

    private string? CheckValues(uint at, uint valueBytes)
    {
        for (uint i = 0, value = at + TypeBytes; i < Count(at); i++, value += valueBytes)
        {
            if (!IsName(Word(value)))
                return $"Invalid name_offset:{Word(value)}";
            if (Word(value) == 0)
                return "Invalid name";
        }

        return null;
    }

    // Of what a type refers to only const, volatile, restrict, typedef and tags are followed as a module loads.
    private (int, string?) CheckChains()
    {
        if (basis is null)
            return default;
        uint first = basis.NextId, next = first + (uint)types.Count;
        for (uint id = first; id < next; id++)
        {
            uint at = id;
            int steps = LongestChain;
            while (at >= first && IsModifier(types[(int)(at - first)]))
            {
                if (steps-- == 0)
                    return (Loop, $"[{id}] Max chain length or cycle detected");
                at = Word((uint)types[(int)(at - first)] + 8);
                if (at >= next)
                    return (Invalid, $"the type [{id}] refers to the type [{at}], and there are {next} with the kernel's");
                // The kernel's own are in order, and the types of this module before were looked at.
                if (at < id)
                    break;
            }
        }

        return default;
    }

    private bool IsModifier(int at) =>
        Kind((uint)at) is BtfKind.Const or BtfKind.Volatile or BtfKind.Restrict or BtfKind.Alias or BtfKind.TypeTag;

    private bool IsName(uint offset)
    {
        if (offset > LargestString)
            return false;
        return basis is null || offset < basis.NextString || offset - basis.NextString < stringLength;
    }

    private static ulong PartBytes(BtfKind kind, uint count) => kind switch
    {
        BtfKind.Integer or BtfKind.Variable or BtfKind.DeclarationTag => 4,
        BtfKind.Array => 12,
        BtfKind.Structure or BtfKind.Union or BtfKind.DataSection or BtfKind.Enumeration64 => 12ul * count,
        BtfKind.Enumeration or BtfKind.FunctionPrototype => 8ul * count,
        _ => 0,
    };

    private BtfKind Kind(uint at) => (BtfKind)((Word(at + 4) >> 24) & (hasNewForm ? 0x7fu : 0x1f));

    private uint Count(uint at) => Word(at + 4) & (hasNewForm ? 0xffffffu : 0xffff);

    // What a short header leaves out is 0.
    private uint Field(uint at) => headerLength >= at + 4 ? Word(at) : 0;

    private uint Word(uint offset) => order.ReadUInt32(bytes.AsSpan((int)offset));
}
