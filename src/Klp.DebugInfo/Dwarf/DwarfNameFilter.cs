using System.Runtime.InteropServices;
using System.Text;
using Klp.Elf.Constants;

namespace Klp.DebugInfo.Dwarf;

/// <summary>
/// Tells without decoding it whether a unit may use one of some names: whether four of its bytes are the offset of the name in
/// .debug_str. So a few functions of a kernel are found without decoding the rest of it.
/// </summary>
internal sealed class DwarfNameFilter
{
    // gcc writes names in place that are no longer than their offset.
    private const int ShortestName = 4;

    private readonly HashSet<uint> offsets = [];
    private readonly bool[] lowHalves = new bool[1 << 16];

    private DwarfNameFilter()
    {
    }

    /// <summary>Makes a filter of linked sections; null where one would not know all uses of the names.</summary>
    internal static DwarfNameFilter? Of(IEnumerable<string> names, DwarfSections sections)
    {
        if (sections.HasStringOffsets || sections.Strings.CommonSection is not { } strings)
            return null;
        DwarfNameFilter filter = new();
        foreach (string name in names)
        {
            byte[] wanted = Encoding.UTF8.GetBytes(name + "\0");
            if (wanted.Length <= ShortestName)
                return null;
            // The linker lets a name be the end of another.
            ReadOnlySpan<byte> bytes = strings.Bytes;
            for (int at = 0; bytes[at..].IndexOf(wanted) is var found and >= 0; at += found + 1)
                filter.Add((uint)(at + found), sections.Order);
        }

        return filter;
    }

    /// <summary>Whether a unit may use a name.</summary>
    internal bool Matches(ReadOnlySpan<byte> unit)
    {
        // The longer offsets of 64-bit units leave more names in place; the kernel has none.
        if (unit.Length >= sizeof(uint) && MemoryMarshal.Read<uint>(unit) == uint.MaxValue)
            return true;
        for (int i = 0; i + sizeof(uint) <= unit.Length; i++)
        {
            uint value = MemoryMarshal.Read<uint>(unit[i..]);
            if (lowHalves[(ushort)value] && offsets.Contains(value))
                return true;
        }

        return false;
    }

    // As the four bytes are read: in this machine's byte order.
    private void Add(uint offset, ElfByteOrder order)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        order.WriteUInt32(bytes, offset);
        uint value = MemoryMarshal.Read<uint>(bytes);
        offsets.Add(value);
        lowHalves[(ushort)value] = true;
    }
}
