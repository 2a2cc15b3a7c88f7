using Klp.Elf;

namespace Klp.Livepatch.Kernel;

/// <summary>
/// The symbols a kernel will list in /proc/kallsyms, read from the compressed table that scripts/kallsyms.c linked into
/// vmlinux. It is the very table the running kernel uses, so membership and order need no rules of ours.
/// </summary>
public sealed class VmlinuxKallsyms
{
    private const int TokenCount = 256;
    private const int LongestEntry = 4096;

    private readonly string fileName;
    private readonly byte[] names;
    private readonly uint count;
    private readonly byte[][] tokens;

    private VmlinuxKallsyms(string fileName, byte[] names, uint count, byte[][] tokens)
    {
        this.fileName = fileName;
        this.names = names;
        this.count = count;
        this.tokens = tokens;
    }

    /// <summary>The number of symbols.</summary>
    public uint Count => count;

    /// <summary>Finds the table in vmlinux.</summary>
    /// <param name="vmlinux">The linked kernel, with its symbol table.</param>
    /// <exception cref="ElfFormatException">There is no such table, or it is damaged.</exception>
    public static VmlinuxKallsyms Read(ElfImage vmlinux)
    {
        ArgumentNullException.ThrowIfNull(vmlinux);
        Dictionary<string, ulong> addresses = FindTables(vmlinux);
        ElfByteOrder order = vmlinux.Header.ByteOrder;

        byte[] countBytes = ReadFrom(vmlinux, addresses["kallsyms_num_syms"], 8);
        if (countBytes.Length < 8)
            throw new ElfFormatException(vmlinux.FileName, "kallsyms_num_syms is at the end of its section");
        uint count = order.ReadUInt32(countBytes);
        // Before 4.20 the count is a 64-bit word, whose upper half comes first on big-endian machines.
        if (count == 0)
            count = order.ReadUInt32(countBytes.AsSpan(4));

        byte[] names = ReadFrom(vmlinux, addresses["kallsyms_names"], int.MaxValue);
        byte[] table = ReadFrom(vmlinux, addresses["kallsyms_token_table"], int.MaxValue);
        byte[] index = ReadFrom(vmlinux, addresses["kallsyms_token_index"], TokenCount * 2);
        if (count > (uint)names.Length || index.Length < TokenCount * 2)
            throw new ElfFormatException(vmlinux.FileName, $"the kallsyms table claims {count} symbols in {names.Length} bytes");

        byte[][] tokens = new byte[TokenCount][];
        for (int i = 0; i < TokenCount; i++)
            tokens[i] = Token(vmlinux, table, order.ReadUInt16(index.AsSpan(i * 2)));
        return new VmlinuxKallsyms(vmlinux.FileName, names, count, tokens);
    }

    /// <summary>The names in the order of the kernel's table, which is the order of their addresses.</summary>
    /// <returns>Each name with its type letter as nm prints it; the name's memory is valid until the next one.</returns>
    /// <exception cref="ElfFormatException">The table is damaged.</exception>
    public IEnumerable<(char Type, ReadOnlyMemory<byte> Name)> Symbols()
    {
        byte[] text = new byte[LongestEntry];
        int position = 0;
        for (uint i = 0; i < count; i++)
        {
            // A length of 128 or more takes two bytes, seven bits in the first (since 6.1; no name was that long before).
            int length = ByteAt(position++);
            if ((length & 0x80) != 0)
                length = (length & 0x7f) | (ByteAt(position++) << 7);

            int used = 0;
            for (int end = position + length; position < end; position++)
            {
                byte[] token = tokens[ByteAt(position)];
                if (used + token.Length > text.Length)
                    throw Damaged($"symbol {i} is longer than {LongestEntry} bytes");
                token.CopyTo(text, used);
                used += token.Length;
            }

            if (used < 2)
                throw Damaged($"symbol {i} has no name");
            yield return ((char)text[0], text.AsMemory(1, used - 1));
        }
    }

    private static Dictionary<string, ulong> FindTables(ElfImage vmlinux)
    {
        ElfSymbolTableView symbols = vmlinux.ReadSymbolTable()
            ?? throw new ElfFormatException(vmlinux.FileName, "it has no symbol table; a stripped vmlinux does not do");
        Dictionary<string, ulong> addresses = [];
        for (int i = 1; i < symbols.Count; i++)
        {
            ElfSymbolEntry symbol = symbols[i];
            ReadOnlySpan<byte> name = symbols.NameBytes(symbol);
            if (name.StartsWith("kallsyms_"u8) && symbol.SectionIndex != ElfSectionIndex.Undefined)
                addresses[symbols.Name(symbol)] = symbol.Value;
        }

        foreach (string table in (string[])["kallsyms_num_syms", "kallsyms_names", "kallsyms_token_table", "kallsyms_token_index"])
        {
            if (!addresses.ContainsKey(table))
                throw new ElfFormatException(vmlinux.FileName, $"it has no symbol {table}; was the kernel built with CONFIG_KALLSYMS?");
        }

        return addresses;
    }

    // At most size bytes from a virtual address to the end of the section that holds it.
    private static byte[] ReadFrom(ElfImage vmlinux, ulong address, int size)
    {
        foreach (ElfSectionHeader section in vmlinux.Sections)
        {
            if (!section.Flags.HasFlag(ElfSectionFlags.Alloc) || !section.HasContents || address < section.Address || address - section.Address >= section.Size)
                continue;
            ulong offset = address - section.Address;
            return vmlinux.ReadAt(section.Offset + offset, Math.Min(section.Size - offset, (ulong)size));
        }

        throw new ElfFormatException(vmlinux.FileName, $"no section holds the kallsyms table at 0x{address:x}");
    }

    private static byte[] Token(ElfImage vmlinux, byte[] table, int offset)
    {
        int length = offset < table.Length ? table.AsSpan(offset).IndexOf((byte)0) : -1;
        return length < 0
            ? throw new ElfFormatException(vmlinux.FileName, $"the kallsyms token at 0x{offset:x} is outside its table")
            : table[offset..(offset + length)];
    }

    private byte ByteAt(int position) =>
        position < names.Length ? names[position] : throw Damaged("it ends in the middle of a symbol");

    private ElfFormatException Damaged(string problem) => new(fileName, $"the kallsyms table is damaged: {problem}");
}
