using System.Text;
using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Kernel.Kallsyms;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

[Trait("Needs", "kernel")]
public class VmlinuxKallsymsTests
{
    private static readonly byte[] Vmlinux = File.ReadAllBytes(DemoTree.Vmlinux);
    private static readonly string[] Tables = ["kallsyms_num_syms", "kallsyms_names", "kallsyms_token_table", "kallsyms_token_index"];

    [Fact]
    public void Each_symbol_has_the_type_that_nm_shows()
    {
        Dictionary<string, string> types = Nm.SystemMap(DemoTree.Vmlinux).GroupBy(symbol => symbol.Name).Where(group => group.Count() == 1).ToDictionary(group => group.Key, group => group.Single().Type.ToString());
        foreach ((char type, string name) in Read(Vmlinux))
        {
            if (types.TryGetValue(name, out string? expected))
                Assert.Equal(expected, type.ToString());
        }
    }

    [Fact]
    public void The_count_is_the_number_of_symbols()
    {
        using ElfImage image = Image(Vmlinux);
        KallsymsTable table = VmlinuxKallsyms.Read(image);
        Assert.Equal(table.Count, (uint)table.Symbols().Count());
    }

    [Theory]
    [InlineData("kallsyms_num_syms")]
    [InlineData("kallsyms_names")]
    [InlineData("kallsyms_token_table")]
    [InlineData("kallsyms_token_index")]
    public void A_vmlinux_without_one_of_the_tables_is_malformed(string table)
    {
        using TempFolder folder = new();
        Tool.Run(Tool.Arm64 + "objcopy", $"--redefine-sym={table}=gone", DemoTree.Vmlinux, folder["vmlinux"]);
        Assert.Contains(table, Assert.Throws<ElfFormatException>(() => Read(File.ReadAllBytes(folder["vmlinux"]))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(0x7fffffff)]
    [InlineData(-1)]
    public void A_wrong_count_is_never_anything_but_malformed_or_fewer_symbols(int count)
    {
        byte[] damaged = [.. Vmlinux];
        ElfByteOrder.Little.WriteUInt32(damaged.AsSpan((int)Offset("kallsyms_num_syms")), (uint)count);
        ReadDamaged(damaged);
    }

    [Fact]
    public void A_name_that_expands_without_end_is_malformed()
    {
        byte[] damaged = [.. Vmlinux];
        // The first name claims the most bytes there can be, and its tokens are long ones.
        Span<byte> names = damaged.AsSpan((int)Offset("kallsyms_names"));
        names[..2].Fill(0xff);
        names[2..0x8000].Fill(LongestToken());
        Assert.Throws<ElfFormatException>(() => Read(damaged));
    }

    [Fact]
    public void A_name_of_no_bytes_is_malformed()
    {
        byte[] damaged = [.. Vmlinux];
        damaged[Offset("kallsyms_names")] = 0;
        Assert.Throws<ElfFormatException>(() => Read(damaged));
    }

    [Fact]
    public void Names_that_end_early_are_malformed()
    {
        // Cut at the names' section, whose length tells where they end.
        byte[] damaged = [.. Vmlinux];
        long end = Offset("kallsyms_names") + 100;
        (int header, ulong offset) = SectionOf((ulong)Offset("kallsyms_names"));
        ElfByteOrder.Little.WriteUInt64(damaged.AsSpan(header + 32), (ulong)end - offset);
        Assert.Throws<ElfFormatException>(() => Read(damaged));
    }

    [Fact]
    public void A_table_at_an_address_of_no_section_is_malformed()
    {
        foreach (string table in Tables)
        {
            byte[] damaged = [.. Vmlinux];
            ElfByteOrder.Little.WriteUInt64(damaged.AsSpan(SymbolOffset(table) + 8), 0xfffffffffffffff0);
            Assert.Throws<ElfFormatException>(() => Read(damaged));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_damage_is_never_anything_but_malformed(int seed)
    {
        Random random = new(seed);
        int sectionHeaders = (int)ElfByteOrder.Little.ReadUInt64(Vmlinux.AsSpan(40));
        int[] places =
        [
            0,
            sectionHeaders,
            .. Tables.Select(SymbolOffset),
            .. Tables.Select(table => (int)Offset(table)),
        ];
        for (int round = 0; round < 40; round++)
        {
            byte[] damaged = [.. Vmlinux];
            int place = places[random.Next(places.Length)];
            int reach = place == sectionHeaders ? damaged.Length - place : place == 0 ? 64 : 24;
            for (int i = random.Next(1, 4); i > 0; i--)
                damaged[place + random.Next(Math.Min(reach, damaged.Length - place))] = (byte)random.Next(256);
            ReadDamaged(damaged);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(64)]
    [InlineData(100_000)]
    public void A_truncated_file_is_malformed(int length) => Assert.Throws<ElfFormatException>(() => Read(Vmlinux[..length]));

    [Fact]
    public void An_object_is_malformed() =>
        Assert.Throws<ElfFormatException>(() => Read(File.ReadAllBytes(DemoTree.Module("zram"))));

    // Anything but ElfFormatException fails the test.
    private static void ReadDamaged(byte[] bytes)
    {
        try
        {
            _ = Read(bytes).Count;
        }
        catch (ElfFormatException problem)
        {
            Assert.StartsWith("vmlinux: ", problem.Message, StringComparison.Ordinal);
        }
    }

    private static List<(char Type, string Name)> Read(byte[] bytes)
    {
        using ElfImage image = Image(bytes);
        return [.. VmlinuxKallsyms.Read(image).Symbols().Select(symbol => (symbol.Type, Encoding.Latin1.GetString(symbol.Name.Span)))];
    }

    private static ElfImage Image(byte[] bytes) => ElfImage.Read(new MemoryStream(bytes, writable: false), "vmlinux");

    private static long Offset(string symbol)
    {
        ulong address = ElfByteOrder.Little.ReadUInt64(Vmlinux.AsSpan(SymbolOffset(symbol) + 8));
        using ElfImage image = Image(Vmlinux);
        ElfSectionHeader section = image.Sections.Single(section => section.Flags.HasFlag(ElfSectionFlags.Alloc) && section.HasContents && address >= section.Address && address - section.Address < section.Size);
        return (long)(section.Offset + address - section.Address);
    }

    // The file offset of a symbol's entry.
    private static int SymbolOffset(string symbol)
    {
        using ElfImage image = Image(Vmlinux);
        ElfSymbolTableView symbols = image.ReadSymbolTable()!;
        int index = Enumerable.Range(1, symbols.Count - 1).First(i => symbols.Name(symbols[i]) == symbol);
        return (int)image.Sections[image.FindSection(ElfSectionType.SymbolTable)].Offset + (index * ElfSymbolEntry.EntryBytes);
    }

    // The file offsets of the header and of the contents of the section that holds a place in the file.
    private static (int Header, ulong Contents) SectionOf(ulong place)
    {
        using ElfImage image = Image(Vmlinux);
        int index = Enumerable.Range(1, image.Sections.Count - 1).First(i => image.Sections[i].HasContents && place >= image.Sections[i].Offset && place - image.Sections[i].Offset < image.Sections[i].Size);
        return ((int)ElfByteOrder.Little.ReadUInt64(Vmlinux.AsSpan(40)) + (index * ElfSectionHeader.EntryBytes), image.Sections[index].Offset);
    }

    private static byte LongestToken()
    {
        int table = (int)Offset("kallsyms_token_table");
        int index = (int)Offset("kallsyms_token_index");
        return (byte)Enumerable.Range(0, 256).MaxBy(token => Vmlinux.AsSpan(table + ElfByteOrder.Little.ReadUInt16(Vmlinux.AsSpan(index + (2 * token)))).IndexOf((byte)0));
    }
}
