using System.Text;
using Klp.Elf.Constants;

namespace Klp.Elf.Image;

/// <summary>
/// A symbol table read without decoding it: entries and names are looked up in the file's own bytes.
/// For tables with hundreds of thousands of symbols, such as vmlinux's.
/// </summary>
public sealed class ElfSymbolTableView
{
    private readonly string fileName;
    private readonly ElfByteOrder order;
    private readonly byte[] entries;
    private readonly byte[] strings;

    internal ElfSymbolTableView(string fileName, ElfByteOrder order, byte[] entries, byte[] strings)
    {
        this.fileName = fileName;
        this.order = order;
        this.entries = entries;
        this.strings = strings;
    }

    /// <summary>The number of symbols, the null symbol at index 0 included.</summary>
    public int Count => entries.Length / ElfSymbolEntry.EntryBytes;

    /// <summary>The symbol at an index.</summary>
    /// <param name="index">0-based index in the table; 0 is the null symbol.</param>
    public ElfSymbolEntry this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return ElfSymbolEntry.Read(entries.AsSpan(index * ElfSymbolEntry.EntryBytes), order);
        }
    }

    /// <summary>The bytes of a symbol's name, without the NUL.</summary>
    /// <param name="symbol">A symbol of this table.</param>
    /// <exception cref="ElfFormatException">st_name is outside the string table, or the name has no end.</exception>
    public ReadOnlySpan<byte> NameBytes(in ElfSymbolEntry symbol) => NameMemory(symbol).Span;

    /// <summary>The bytes of a symbol's name, without the NUL, as memory that can be kept.</summary>
    /// <param name="symbol">A symbol of this table.</param>
    /// <exception cref="ElfFormatException">st_name is outside the string table, or the name has no end.</exception>
    public ReadOnlyMemory<byte> NameMemory(in ElfSymbolEntry symbol)
    {
        if (symbol.NameOffset >= (uint)strings.Length)
        {
            if (symbol.NameOffset == 0)
                return default;
            throw new ElfFormatException(
                fileName, $"st_name 0x{symbol.NameOffset:x} is outside the symbol string table of 0x{strings.Length:x} bytes");
        }

        ReadOnlyMemory<byte> rest = strings.AsMemory((int)symbol.NameOffset);
        int end = rest.Span.IndexOf((byte)0);
        if (end < 0)
            throw new ElfFormatException(fileName, $"the symbol name at 0x{symbol.NameOffset:x} has no terminating NUL");
        return rest[..end];
    }

    /// <summary>A symbol's name, one character a byte (ISO 8859-1), so that every name survives a round trip.</summary>
    /// <param name="symbol">A symbol of this table.</param>
    /// <exception cref="ElfFormatException">st_name is outside the string table, or the name has no end.</exception>
    public string Name(in ElfSymbolEntry symbol) => Encoding.Latin1.GetString(NameBytes(symbol));
}
