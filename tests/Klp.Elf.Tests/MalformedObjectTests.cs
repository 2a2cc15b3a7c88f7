using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Elf.Model;
using Klp.Elf.Tests.Support;

namespace Klp.Elf.Tests;

/// <summary>
/// Damaged objects: each is either read, and then written back as it is, or refused with an
/// <see cref="ElfFormatException"/>. Memory stays in proportion to the file.
/// </summary>
[Trait("Needs", "kernel")]
public class MalformedObjectTests
{
    private const string FileName = "damaged.ko";

    // Offset and size of each field after e_ident of Elf64_Ehdr, and of each field of Elf64_Shdr, Elf64_Sym and Elf64_Rela.
    private static readonly (int Offset, int Size)[] HeaderFields =
        [(16, 2), (18, 2), (20, 4), (24, 8), (32, 8), (40, 8), (48, 4), (52, 2), (54, 2), (56, 2), (58, 2), (60, 2), (62, 2)];

    private static readonly (int Offset, int Size)[] SectionFields =
        [(0, 4), (4, 4), (8, 8), (16, 8), (24, 8), (32, 8), (40, 4), (44, 4), (48, 8), (56, 8)];

    private static readonly (int Offset, int Size)[] SymbolFields = [(0, 4), (4, 1), (5, 1), (6, 2), (8, 8), (16, 8)];

    private static readonly (int Offset, int Size)[] RelocationFields = [(0, 8), (8, 4), (12, 4), (16, 8)];

    public static TheoryData<string> Kinds => ["a module", "a module with a table of section indices", "an object with groups, big-endian", "an empty object"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_field_of_the_header(string sample)
    {
        byte[] file = Read(sample);
        for (int i = 0; i < ElfHeader.IdentSize; i++)
        {
            foreach (int value in (int[])[0, 1, 2, 3, 0x7f, 0xff])
                Try(file, bytes => bytes[i] = (byte)value);
        }

        foreach ((int offset, int size) in HeaderFields)
            TryField(file, offset, size);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_field_of_each_section_header(string sample)
    {
        byte[] file = Read(sample);
        using ElfImage image = ElfImage.Read(new MemoryStream(file), FileName);
        for (int i = 0; i < image.Sections.Count; i++)
        {
            foreach ((int offset, int size) in SectionFields)
                TryField(file, (int)image.Header.SectionHeaderOffset + (i * ElfSectionHeader.EntryBytes) + offset, size);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_type_of_each_section(string sample)
    {
        byte[] file = Read(sample);
        using ElfImage image = ElfImage.Read(new MemoryStream(file), FileName);
        for (int i = 0; i < image.Sections.Count; i++)
        {
            int type = (int)image.Header.SectionHeaderOffset + (i * ElfSectionHeader.EntryBytes) + 4;
            for (uint value = 0; value < 20; value++)
                Try(file, bytes => image.Header.ByteOrder.WriteUInt32(bytes.AsSpan(type), value));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_field_of_each_symbol_relocation_group_and_table_of_indices(string sample)
    {
        byte[] file = Read(sample);
        using ElfImage image = ElfImage.Read(new MemoryStream(file), FileName);
        foreach (ElfSectionHeader section in image.Sections)
        {
            (int entry, (int, int)[] fields) = section.Type switch
            {
                ElfSectionType.SymbolTable => (ElfSymbolEntry.EntryBytes, SymbolFields),
                ElfSectionType.Rela => (ElfRelocationSection.RelaEntryBytes, RelocationFields),
                ElfSectionType.Group or ElfSectionType.SymbolTableIndices => (4, [(0, 4)]),
                _ => (1, []),
            };
            if (fields.Length == 0)
                continue;
            for (int start = 0; start < (int)section.Size; start += entry)
            {
                foreach ((int offset, int size) in fields)
                    TryField(file, (int)section.Offset + start + offset, size);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Random_bytes(string sample)
    {
        byte[] file = Read(sample);
        using ElfImage image = ElfImage.Read(new MemoryStream(file), FileName);
        for (int seed = 0; seed < 3000; seed++)
        {
            Random random = new(seed);
            Try(file, bytes =>
            {
                for (int flips = 1 + random.Next(4); flips > 0; flips--)
                {
                    // Half of them where the structure is.
                    int position = random.Next(2) == 0 ? (int)image.Header.SectionHeaderOffset + random.Next(image.Sections.Count * 64) : random.Next(bytes.Length);
                    bytes[position] ^= (byte)(1 << random.Next(8));
                }
            });
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Truncation_at_every_64th_byte(string sample)
    {
        byte[] file = Read(sample);
        for (int length = 0; length < file.Length; length += 64)
            AssertReadOrRefused(file[..length]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Truncation_within_the_headers(string sample)
    {
        byte[] file = Read(sample);
        for (int length = 0; length <= 130; length++)
            AssertReadOrRefused(file[..length]);
        for (int cut = 1; cut <= 130; cut++)
            AssertReadOrRefused(file[..^cut]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Bytes_behind_the_end_are_kept(string sample)
    {
        byte[] file = [.. Read(sample), .. "trailer"u8];
        Assert.Equal(file, ElfObject.Read(file, FileName).ToArray());
    }

    [Fact]
    public void Another_kind_of_file_is_refused_by_name()
    {
        ElfFormatException problem = Assert.Throws<ElfFormatException>(() => ElfObject.Read("#!/bin/sh\n"u8.ToArray(), "script.o"));
        Assert.Equal("script.o: not an ELF file: it does not start with 7f 45 4c 46", problem.Message);
        Assert.Equal("script.o", problem.FileName);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1L << 40)]
    public void An_alignment_that_no_section_has_is_refused(long alignment)
    {
        byte[] file = Read("a module");
        using ElfImage image = ElfImage.Read(new MemoryStream(file), FileName);
        ElfByteOrder.Little.WriteUInt64(file.AsSpan((int)image.Header.SectionHeaderOffset + ElfSectionHeader.EntryBytes + 48), (ulong)alignment);
        ElfFormatException problem = Assert.Throws<ElfFormatException>(() => ElfObject.Read(file, FileName));
        Assert.StartsWith($"{FileName}: section 1: sh_addralign 0x{alignment:x}", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_names_that_overlap_take_no_more_memory_than_the_file()
    {
        // Each symbol's name starts a byte later in one long string.
        using TempFolder folder = new();
        string symbols = string.Concat(Enumerable.Range(0, 4000).Select(number => $".globl s{number}\n"));
        string longName = new('x', 100_000);
        byte[] file = File.ReadAllBytes(BinutilsCompiler.Named("arm64").Compile(folder.Write("names.s", $"{symbols}.globl {longName}\n"), folder["names.o"]));
        using ElfImage image = ElfImage.Read(new MemoryStream(file), FileName);
        ElfSectionHeader table = image.Sections[image.FindSection(ElfSectionType.SymbolTable)];
        int start = file.AsSpan((int)image.Sections[(int)table.Link].Offset).IndexOf("xxxx"u8);

        Try(file, bytes =>
        {
            for (int i = 1; i < (int)(table.Size / ElfSymbolEntry.EntryBytes); i++)
                image.Header.ByteOrder.WriteUInt32(bytes.AsSpan((int)table.Offset + (i * ElfSymbolEntry.EntryBytes)), (uint)(start + i));
        });
    }

    private static byte[] Read(string sample)
    {
        switch (sample)
        {
            case "a module":
                return File.ReadAllBytes(KernelTree.SmallestModule);
            case "a module with a table of section indices":
                ElfObject module = ElfObject.Open(KernelTree.SmallestModule);
                module.AddSection(new ElfSymbolIndexSection(".symtab_shndx", module.SymbolTable!));
                return module.ToArray();
            case "an empty object":
                using (TempFolder folder = new())
                    return File.ReadAllBytes(BinutilsCompiler.Named("arm64").Compile(folder.Write("empty.s", ""), folder["empty.o"]));
            default:
                return Samples.Compile("arm64, big-endian").ToArray();
        }
    }

    private static void TryField(byte[] file, int offset, int size)
    {
        ElfByteOrder order = file[5] == 1 ? ElfByteOrder.Little : ElfByteOrder.Big;
        ulong[] values = [0, 1, 2, 3, 0x7f, 0xff, 0xff00, 0xff20, 0xfff1, 0xffff, 0x7fffffff, 0xffffffff, (ulong)file.Length, ulong.MaxValue >> 1, ulong.MaxValue];
        foreach (ulong value in values)
            Try(file, bytes => Write(bytes.AsSpan(offset), order, size, value));
        foreach (int difference in (int[])[-64, -8, -1, 1, 8, 64])
            Try(file, bytes => Write(bytes.AsSpan(offset), order, size, Get(bytes.AsSpan(offset), order, size) + (ulong)difference));
    }

    private static ulong Get(Span<byte> bytes, ElfByteOrder order, int size) => size switch
    {
        1 => bytes[0],
        2 => order.ReadUInt16(bytes),
        4 => order.ReadUInt32(bytes),
        _ => order.ReadUInt64(bytes),
    };

    private static void Write(Span<byte> bytes, ElfByteOrder order, int size, ulong value)
    {
        switch (size)
        {
            case 1:
                bytes[0] = (byte)value;
                break;
            case 2:
                order.WriteUInt16(bytes, (ushort)value);
                break;
            case 4:
                order.WriteUInt32(bytes, (uint)value);
                break;
            default:
                order.WriteUInt64(bytes, value);
                break;
        }
    }

    private static void Try(byte[] file, Action<byte[]> damage)
    {
        byte[] damaged = [.. file];
        damage(damaged);
        AssertReadOrRefused(damaged);
    }

    private static void AssertReadOrRefused(byte[] file)
    {
        ElfObject? source = Measured(file, () => ElfObject.Read(file, FileName));
        if (source is not null)
        {
            Assert.True(file.AsSpan().SequenceEqual(source.ToArray()), "written back differently");
            AssertCanBeEdited(source);
        }

        Measured(file, () => ReadImage(file));
    }

    private static void AssertCanBeEdited(ElfObject source)
    {
        source.AddSection(new ElfDataSection(".added", ElfSectionType.ProgBits, "added"u8.ToArray()) { Alignment = 8 });
        if (source.Symbols.Count > 1)
            source.Symbols[^1].Name = "renamed";
        ElfObject edited = ElfObject.Read(source.ToArray(), "edited.o");
        Assert.Equal("added"u8, ((ElfDataSection)edited.Sections[^1]).Contents);
        Assert.Equal(source.Sections.Select(section => section.Name), edited.Sections.Select(section => section.Name));
        Assert.Equal(source.Symbols.Select(symbol => symbol.Name), edited.Symbols.Select(symbol => symbol.Name));
    }

    // The result, or null when the file was refused.
    private static T? Measured<T>(byte[] file, Func<T> read)
        where T : class
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        T? result = null;
        try
        {
            result = read();
        }
        catch (ElfFormatException problem)
        {
            Assert.StartsWith(FileName + ": ", problem.Message, StringComparison.Ordinal);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 65536 + (16L * file.Length), $"{allocated} bytes for a file of {file.Length}");
        return result;
    }

    private static ElfImage ReadImage(byte[] file)
    {
        ElfImage image = ElfImage.Read(new MemoryStream(file), FileName);
        for (int i = 0; i < image.Sections.Count; i++)
            image.SectionName(i);
        if (image.ReadSymbolTable() is { } symbols)
        {
            for (int i = 0; i < symbols.Count; i++)
                symbols.NameBytes(symbols[i]);
        }

        return image;
    }
}
