using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Klp.DebugInfo.Dwarf;
using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.DebugInfo.Tests;

/// <summary>Every offset of every code section is asked for and compared with addr2line.</summary>
public partial class DwarfLineTableTests
{
    private const string None = "none";

    private const string First = """
        #include "sub/inline.h"

        int counter;

        int first(int x)
        {
            if (x > 3)
                counter += doubled(x);
            return counter * x;
        }

        __attribute__((section(".text.second"))) int second(int x)
        {
            for (int i = 0; i < x; i++)
                counter ^= first(i);
            return counter;
        }

        __attribute__((section(".init.text"), cold)) void third(void) { counter = 3; }
        """;

    private const string Second = """
        extern int counter;
        int first(int);


        int fourth(int a, int b)
        {
            return first(a) +
                first(b) + counter;
        }
        """;

    private const string Header = """
        extern int external(int);
        static inline int doubled(int x)
        {
            int y = external(x);
            return y * 2;
        }
        """;

    public static TheoryData<string, string> Dialects
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (BinutilsCompiler compiler in BinutilsCompiler.All)
            {
                foreach (string options in (string[])["-gdwarf-2", "-gdwarf-3", "-gdwarf-4", "-gdwarf-5", "-gdwarf-4 -gdwarf64", "-gdwarf-5 -gz=zlib", "-gdwarf-4 -gz=zlib"])
                    data.Add(compiler.Name, options);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public void Every_offset_has_the_line_that_addr2line_gives(string compilerName, string options)
    {
        using TempFolder folder = new();
        BinutilsCompiler compiler = BinutilsCompiler.Named(compilerName);
        string first = Compile(folder, compiler, options);
        string second = compiler.Compile(folder.Write("second.c", Second), folder["second.o"], ["-g1", "-O2", .. options.Split(' ')]);

        AssertSameAsAddr2line(compiler, first);
        AssertSameAsAddr2line(compiler, compiler.Combine(folder["both.o"], first, second));
    }

    [Theory]
    [MemberData(nameof(BinutilsCompiler.Names), MemberType = typeof(BinutilsCompiler))]
    public void Units_of_different_versions_can_be_in_one_object(string compilerName)
    {
        using TempFolder folder = new();
        BinutilsCompiler compiler = BinutilsCompiler.Named(compilerName);
        string first = Compile(folder, compiler, "-gdwarf-5");
        string second = compiler.Compile(folder.Write("second.c", Second), folder["second.o"], "-g", "-O2", "-gdwarf-3");

        AssertSameAsAddr2line(compiler, compiler.Combine(folder["both.o"], first, second));
        AssertSameAsAddr2line(compiler, compiler.Combine(folder["reversed.o"], second, first));
    }

    // addr2line of binutils 2.40 knows no lines of this combination.
    [Theory]
    [MemberData(nameof(BinutilsCompiler.Names), MemberType = typeof(BinutilsCompiler))]
    public void Version_5_says_the_same_in_the_64_bit_format(string compilerName)
    {
        using TempFolder folder = new();
        BinutilsCompiler compiler = BinutilsCompiler.Named(compilerName);
        List<string> expected = AllLines(ElfObject.Open(Compile(folder, compiler, "-gdwarf-5")));
        List<string> actual = AllLines(ElfObject.Open(Compile(folder, compiler, "-gdwarf-5 -gdwarf64")));

        Assert.Contains(expected, line => line.EndsWith("first.c:9", StringComparison.Ordinal));
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void An_object_without_debug_information_has_no_lines()
    {
        using TempFolder folder = new();
        ElfObject source = ElfObject.Open(Compile(folder, BinutilsCompiler.All[0], "-g0"));

        DwarfLineTable lines = DwarfLineTable.Read(source);
        Assert.True(lines.IsEmpty);
        Assert.Null(lines.Find(new ElfPlace(source.FindSection(".text")!, 0)));
    }

    private static List<string> AllLines(ElfObject source)
    {
        DwarfLineTable lines = DwarfLineTable.Read(source);
        return [.. CodeSections(source).SelectMany(section => Lines(lines, section))];
    }

    private static IEnumerable<ElfSection> CodeSections(ElfObject source) =>
        source.Sections.Where(section => section.Flags.HasFlag(ElfSectionFlags.Execute) && section.Size > 0);

    private static IEnumerable<string> Lines(DwarfLineTable lines, ElfSection section) =>
        Enumerable.Range(0, (int)section.Size).Select(offset => Print(lines.Find(new ElfPlace(section, (ulong)offset))));

    private static string Compile(TempFolder folder, BinutilsCompiler compiler, string options)
    {
        folder.Write("sub/inline.h", Header);
        return compiler.Compile(folder.Write("first.c", First), folder["first.o"], ["-g1", "-O2", .. options.Split(' ')]);
    }

    private static void AssertSameAsAddr2line(BinutilsCompiler compiler, string path)
    {
        ElfObject source = ElfObject.Open(path);
        DwarfLineTable lines = DwarfLineTable.Read(source);
        int known = 0;
        foreach (ElfSection section in CodeSections(source))
        {
            List<string> expected = Addr2line(compiler, path, section);
            Assert.Equal(expected, Lines(lines, section));
            known += expected.Count(line => line != None);
        }

        Assert.True(known > 50, $"addr2line knows the line of only {known} bytes");
    }

    private static List<string> Addr2line(BinutilsCompiler compiler, string path, ElfSection section)
    {
        StringBuilder addresses = new();
        for (ulong offset = 0; offset < section.Size; offset++)
            addresses.Append(CultureInfo.InvariantCulture, $"0x{offset:x}\n");
        string[] lines = Tool.RunWithInput(compiler.Prefix + "addr2line", addresses.ToString(), "-e", path, "-j", section.Name).Lines;
        // Of padding it may know the file but not the line.
        return [.. lines.Select(line => line.EndsWith(":?", StringComparison.Ordinal) || line == "??:0" ? None : Discriminator().Replace(line, ""))];
    }

    private static string Print(SourceLine? line) => line is { } known ? $"{known.File}:{known.Line}" : None;

    [GeneratedRegex(" \\(discriminator \\d+\\)$")]
    private static partial Regex Discriminator();
}
