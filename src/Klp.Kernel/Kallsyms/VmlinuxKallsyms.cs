using Klp.Elf.Constants;
using Klp.Elf.Image;

namespace Klp.Kernel.Kallsyms;

/// <summary>Finds a kernel's <see cref="KallsymsTable"/> in vmlinux, where symbols say where its parts are.</summary>
public static class VmlinuxKallsyms
{
    /// <summary>Finds the table in vmlinux.</summary>
    /// <param name="vmlinux">The linked kernel, with its symbol table.</param>
    /// <exception cref="ElfFormatException">There is no such table, or it is damaged.</exception>
    public static KallsymsTable Read(ElfImage vmlinux)
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
        byte[] index = ReadFrom(vmlinux, addresses["kallsyms_token_index"], KallsymsTable.TokenCount * 2);
        if (count > (uint)names.Length || index.Length < KallsymsTable.TokenCount * 2)
            throw new ElfFormatException(vmlinux.FileName, $"the kallsyms table claims {count} symbols in {names.Length} bytes");

        byte[][] tokens = new byte[KallsymsTable.TokenCount][];
        for (int i = 0; i < KallsymsTable.TokenCount; i++)
            tokens[i] = Token(vmlinux, table, order.ReadUInt16(index.AsSpan(i * 2)));
        return new KallsymsTable(vmlinux.FileName, names, count, tokens);
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
            if (!section.Flags.HasFlag(ElfSectionFlags.Alloc)
                || !section.HasContents
                || address < section.Address
                || address - section.Address >= section.Size)
            {
                continue;
            }

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
}
