using System.Text;
using Klp.Elf.Constants;

namespace Klp.Elf.Image;

/// <summary>
/// The mechanical layer: an ELF64 file's header and section headers, checked against the length of the file,
/// and section contents on demand. Reads any type of file, and of a large one only what is asked for.
/// Follows the gABI, "Object Files"; nothing here knows what a section is for.
/// </summary>
public sealed class ElfImage : IDisposable
{
    private readonly Stream stream;
    private readonly List<ElfSectionHeader> sections;
    private readonly byte[] sectionNames;

    private ElfImage(Stream stream, string fileName, ElfHeader header, List<ElfSectionHeader> sections)
    {
        this.stream = stream;
        this.sections = sections;
        FileName = fileName;
        Header = header;
        sectionNames = header.SectionNameTableIndex == 0 ? [] : ReadSection((int)header.SectionNameTableIndex);
    }

    /// <summary>The file as the user knows it, for messages.</summary>
    public string FileName { get; }

    /// <summary>The ELF header.</summary>
    public ElfHeader Header { get; }

    /// <summary>The section headers by index; index 0 is the null section.</summary>
    public IReadOnlyList<ElfSectionHeader> Sections => sections;

    /// <summary>Length of the file in bytes.</summary>
    public long Length => stream.Length;

    /// <summary>Opens a file and reads its header and section headers.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ElfFormatException">It is not a well-formed ELF64 file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ElfImage Open(string path)
    {
        FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        try
        {
            return Read(file, path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads the header and section headers of a file that is in memory or already open.</summary>
    /// <param name="stream">A seekable stream that holds the whole file from position 0; disposed with the image.</param>
    /// <param name="fileName">The file as the user knows it, for messages.</param>
    /// <exception cref="ElfFormatException">It is not a well-formed ELF64 file.</exception>
    public static ElfImage Read(Stream stream, string fileName)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ElfHeaderReader reader = new(stream, fileName);
        ElfHeader header = reader.ReadHeader(out ElfSectionHeader? first);
        return new ElfImage(stream, fileName, header, reader.ReadSectionHeaders(header, first));
    }

    /// <summary>A section's name, one character a byte (ISO 8859-1).</summary>
    /// <param name="index">0-based section index.</param>
    /// <exception cref="ElfFormatException">sh_name is outside the section name table, or the name has no end.</exception>
    public string SectionName(int index)
    {
        uint offset = sections[index].NameOffset;
        if (offset == 0 && sectionNames.Length == 0)
            return "";
        if (offset >= (uint)sectionNames.Length)
            throw new ElfFormatException(
                FileName, $"section {index}: sh_name 0x{offset:x} is outside the section name table of 0x{sectionNames.Length:x} bytes");
        ReadOnlySpan<byte> rest = sectionNames.AsSpan((int)offset);
        int end = rest.IndexOf((byte)0);
        if (end < 0)
            throw new ElfFormatException(FileName, $"section {index}: its name has no terminating NUL");
        return Encoding.Latin1.GetString(rest[..end]);
    }

    /// <summary>The index of the first section of a type, or -1.</summary>
    /// <param name="type">The sh_type to look for.</param>
    public int FindSection(ElfSectionType type) => sections.FindIndex(section => section.Type == type);

    /// <summary>The index of the first section of a name, or -1.</summary>
    /// <param name="name">The name, its dot included.</param>
    public int FindSection(string name)
    {
        for (int i = 1; i < sections.Count; i++)
        {
            if (SectionName(i) == name)
                return i;
        }

        return -1;
    }

    /// <summary>A section's contents; empty for SHT_NULL and SHT_NOBITS.</summary>
    /// <param name="index">0-based section index.</param>
    public byte[] ReadSection(int index)
    {
        ElfSectionHeader section = sections[index];
        return section.HasContents ? ReadAt(section.Offset, section.Size) : [];
    }

    /// <summary>Bytes of the file.</summary>
    /// <param name="offset">File offset in bytes.</param>
    /// <param name="size">How many bytes.</param>
    /// <exception cref="ElfFormatException">The range is not inside the file.</exception>
    public byte[] ReadAt(ulong offset, ulong size)
    {
        CheckInside(offset, size);
        byte[] bytes = new byte[size];
        ReadAt(offset, bytes);
        return bytes;
    }

    /// <summary>Bytes of the file.</summary>
    /// <param name="offset">File offset in bytes.</param>
    /// <param name="bytes">Receives as many as it has room for.</param>
    /// <exception cref="ElfFormatException">The range is not inside the file.</exception>
    public void ReadAt(ulong offset, Span<byte> bytes)
    {
        CheckInside(offset, (ulong)bytes.Length);
        // One stream serves all who share the image.
        lock (stream)
        {
            stream.Position = (long)offset;
            stream.ReadExactly(bytes);
        }
    }

    /// <summary>The symbol table (SHT_SYMTAB), or null where the file was stripped of it.</summary>
    /// <exception cref="ElfFormatException">The table's entry size, size or string table is wrong.</exception>
    public ElfSymbolTableView? ReadSymbolTable()
    {
        int index = FindSection(ElfSectionType.SymbolTable);
        if (index < 0)
            return null;

        ElfSectionHeader table = sections[index];
        if (table.EntrySize != ElfSymbolEntry.EntryBytes || table.Size % ElfSymbolEntry.EntryBytes != 0)
            throw new ElfFormatException(
                FileName,
                $"section {index}: a symbol table of 0x{table.Size:x} bytes with entries of {table.EntrySize}; expected entries of "
                + $"{ElfSymbolEntry.EntryBytes}");
        if (table.Link == 0 || table.Link >= (uint)sections.Count || sections[(int)table.Link].Type != ElfSectionType.StringTable)
            throw new ElfFormatException(FileName, $"section {index}: sh_link {table.Link} of the symbol table is not a string table");
        return new ElfSymbolTableView(FileName, Header.ByteOrder, ReadSection(index), ReadSection((int)table.Link));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => stream.Dispose();

    private void CheckInside(ulong offset, ulong size)
    {
        ulong length = (ulong)stream.Length;
        if (offset > length || size > length - offset || size > (ulong)Array.MaxLength)
            throw new ElfFormatException(
                FileName, $"0x{size:x} bytes at offset 0x{offset:x} are not inside the file of 0x{length:x} bytes");
    }
}
