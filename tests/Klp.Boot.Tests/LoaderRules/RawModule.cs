using System.Buffers.Binary;
using System.Text;
using Klp.Elf.Model;

namespace Klp.Boot.Tests.LoaderRules;

/// <summary>A module as bytes, to be damaged in ways that <see cref="ElfObject"/> neither reads nor writes. Little-endian.</summary>
internal sealed class RawModule
{
    // Offsets in Elf64_Ehdr, Elf64_Shdr and Elf64_Sym (gABI).
    public const int Class = 4, FileType = 16, Machine = 18, SectionHeaders = 40, SectionHeaderSize = 58, SectionCount = 60, NameTableIndex = 62;
    public const int SectionName = 0, SectionType = 4, SectionFlags = 8, SectionOffset = 24, SectionSize = 32, SectionLink = 40, SectionInfo = 44;
    public const int SymbolSection = 6;

    private readonly ElfObject module;

    public RawModule(byte[] good)
    {
        Bytes = [.. good];
        module = ElfObject.Read(good, "good.ko");
    }

    /// <summary>The bytes, to be changed in place.</summary>
    public byte[] Bytes { get; }

    /// <summary>The offset of a field in the header of a section.</summary>
    public int Header(string section, int field) => Header(IndexOf(section), field);

    /// <summary>The offset of a field in the header of the section of an index.</summary>
    public int Header(int index, int field) => (int)module.Header.SectionHeaderOffset + (index * 64) + field;

    /// <summary>The index of the first section of a name.</summary>
    public int IndexOf(string section)
    {
        int index = module.Sections.Select(each => each.Name).ToList().IndexOf(section);
        return index >= 0 ? index : throw new InvalidOperationException($"The good module has no section {section}.");
    }

    /// <summary>Where a section's contents begin.</summary>
    public int Contents(string section) => (int)BinaryPrimitives.ReadUInt64LittleEndian(Bytes.AsSpan(Header(section, SectionOffset)));

    /// <summary>The size of a section in bytes.</summary>
    public int Size(string section) => (int)BinaryPrimitives.ReadUInt64LittleEndian(Bytes.AsSpan(Header(section, SectionSize)));

    /// <summary>The offset of the entry of a symbol in the symbol table.</summary>
    public int Symbol(string name) =>
        Contents(".symtab") + (module.Symbols.Select(symbol => symbol.Name).ToList().IndexOf(name) * 24);

    public RawModule Set16(int offset, int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(Bytes.AsSpan(offset), (ushort)value);
        return this;
    }

    public RawModule Set32(int offset, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Bytes.AsSpan(offset), value);
        return this;
    }

    public RawModule Set64(int offset, ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Bytes.AsSpan(offset), value);
        return this;
    }

    /// <summary>Replaces a text by one of the same length at its only place in a section.</summary>
    public RawModule Replace(string section, string from, string to)
    {
        Assert.Equal(from.Length, to.Length);
        Span<byte> contents = Bytes.AsSpan(Contents(section), Size(section));
        int at = contents.IndexOf(Encoding.ASCII.GetBytes(from));
        Assert.True(at >= 0, $"{section} has no '{from}'.");
        Encoding.ASCII.GetBytes(to, contents[at..]);
        return this;
    }
}
