using Klp.DebugInfo.Dwarf;
using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.DebugInfo.Tests;

/// <summary>Line tables with errors: nothing is thrown, nothing is read without end, memory stays in proportion.</summary>
public class MalformedDwarfTests
{
    private const string Source = """
        extern int external(int);
        int first(int x) { return external(x) + 1; }
        __attribute__((section(".text.second"))) int second(int x)
        {
            for (int i = 0; i < x; i++)
                x ^= first(i);
            return x;
        }
        /* Enough for the assembler to find compression worth it. */
        #define F(n) int f##n(int x) { return external(x * n) + n; }
        #define G(n) F(n##0) F(n##1) F(n##2) F(n##3) F(n##4) F(n##5) F(n##6) F(n##7)
        G(1) G(2) G(3)
        """;

    public static TheoryData<string> Options => ["-gdwarf-2", "-gdwarf-4", "-gdwarf-5", "-gdwarf-4 -gdwarf64", "-gdwarf-5 -gdwarf64", "-gdwarf-5 -gz=zlib"];

    [Theory]
    [MemberData(nameof(Options))]
    public void Damaged_contents_are_survived(string options)
    {
        byte[] file = Compile(options);
        Random random = new(options.Length);
        for (int i = 0; i < 3000; i++)
        {
            ElfObject source = ElfObject.Read(file, "damaged.o");
            foreach (string name in (string[])[".debug_line", ".debug_line_str", ".debug_str"])
                Damage(source.FindSection(name), random);
            AssertSurvives(source);
        }
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Every_length_of_a_truncated_table_is_survived(string options)
    {
        byte[] file = Compile(options);
        for (int length = 0; ; length++)
        {
            ElfObject source = ElfObject.Read(file, "truncated.o");
            ElfDataSection lines = (ElfDataSection)source.FindSection(".debug_line")!;
            if (length > lines.Contents.Length)
                break;
            lines.SetContents(lines.Contents[..length].ToArray());
            AssertSurvives(source);
        }
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Damaged_relocations_are_survived(string options)
    {
        byte[] file = Compile(options);
        Random random = new(1);
        for (int i = 0; i < 1000; i++)
        {
            ElfObject source = ElfObject.Read(file, "damaged.o");
            ElfRelocationSection relocations = source.RelocationSections.Single(section => section.InfoSection!.Name == ".debug_line");
            foreach (ElfRelocation relocation in relocations.Relocations)
            {
                if (random.Next(3) == 0)
                    relocation.Offset = (ulong)random.NextInt64(-9, 400);
                if (random.Next(3) == 0)
                    relocation.Addend = random.Next(2) == 0 ? random.NextInt64() : random.Next(-9, 99);
                if (random.Next(3) == 0)
                    relocation.Symbol = source.Symbols[random.Next(source.Symbols.Count)];
            }

            AssertSurvives(source);
        }
    }

    [Theory]
    [InlineData(0, 2)] // ch_type: zstd
    [InlineData(0, 99)] // ch_type: unknown
    [InlineData(8, 0xffffff)] // ch_size: more than there is
    [InlineData(12, 0x7fffffff)] // ch_size: more than deflate can make of it
    [InlineData(24, 0)] // not a zlib stream
    public void A_compressed_table_that_cannot_be_read_counts_as_absent(int offset, int value)
    {
        ElfObject source = ElfObject.Read(Compile("-gdwarf-4 -gz=zlib"), "compressed.o");
        ElfDataSection lines = (ElfDataSection)source.FindSection(".debug_line")!;
        Assert.True(lines.Flags.HasFlag(ElfSectionFlags.Compressed));
        Assert.False(DwarfLineTable.Read(source).IsEmpty);

        ElfByteOrder.Little.WriteUInt32(lines.Contents[offset..], (uint)value);
        Assert.True(DwarfLineTable.Read(source).IsEmpty);
        AssertSurvives(source);
    }

    private static byte[] Compile(string options)
    {
        using TempFolder folder = new();
        string path = folder.Write("source.c", Source);
        return File.ReadAllBytes(BinutilsCompiler.Named("arm64").Compile(path, folder["source.o"], ["-g1", "-O2", .. options.Split(' ')]));
    }

    private static void Damage(ElfSection? section, Random random)
    {
        if (section is not ElfDataSection data)
            return;
        for (int flips = random.Next(5); flips > 0; flips--)
            data.Contents[random.Next(data.Contents.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)0xff;
    }

    private static void AssertSurvives(ElfObject source)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        DwarfLineTable lines = DwarfLineTable.Read(source);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 1 << 20, $"{allocated} bytes for a table of some hundreds");

        foreach (ElfSection section in source.Sections)
        {
            for (ulong offset = 0; offset < 64; offset += 4)
                lines.Find(new ElfPlace(section, offset));
        }
    }
}
