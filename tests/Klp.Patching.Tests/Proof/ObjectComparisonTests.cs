using Klp.Elf.Model;
using Klp.Patching.Proof;

namespace Klp.Patching.Tests.Proof;

public class ObjectComparisonTests
{
    private const string Source = """
        extern int other(int);
        extern int third(int);
        static int counter = 3;
        const char *text(void) { return "text"; }
        static __attribute__((noinline)) int inner(int x) { return other(x) + counter++; }
        int outer(int x) { return inner(x) * 3; }
        int (*table[])(int) = { outer, other };
        """;

    [Fact]
    public void Objects_of_one_source_are_equal()
    {
        Assert.Null(Compare(Source, Source));
    }

    [Fact]
    public void Debug_information_and_the_compilers_signature_do_not_count()
    {
        // Lines are in debug information alone; a signature says which compiler it was.
        using TempFolder folder = new();
        byte[] plain = Compile(folder, Source), debug = Compile(folder, "\n\n\n" + Source, "-g", "-fno-ident");
        Assert.Null(ObjectComparison.Find(plain, debug, "x.o"));
        Assert.NotEqual(plain, debug);
    }

    [Theory]
    [InlineData("inner(x) * 3", "inner(x) * 5", "outer+0x")]
    [InlineData("counter = 3", "counter = 4", "counter+0x0 (.data): the bytes are 04000000 instead of 03000000")]
    [InlineData("\"text\"", "\"texT\"", ".rodata.str1.8+0x0: the bytes are 7465785400 instead of 7465787400")]
    [InlineData("outer, other", "outer, third", "table+0x8 (.data")]
    [InlineData("return other(x) + counter", "return third(x) + counter", "inner+0x")]
    [InlineData("static int counter", "int counter", "the symbol counter (Local Object")]
    [InlineData("(*table[])", "(*tabel[])", "the symbol table (Global Object")]
    [InlineData("int outer", "__attribute__((section(\".text.far\"))) int outer", "the section .text.far is one too many")]
    public void The_first_difference_is_told(string old, string replacement, string expected)
    {
        Assert.Contains(old, Source, StringComparison.Ordinal);
        ObjectDifference? difference = Compare(Source, Source.Replace(old, replacement, StringComparison.Ordinal));
        Assert.StartsWith(expected, difference?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_relocation_refers_to_counts()
    {
        ObjectDifference? difference = Compare(Source, Source.Replace("outer, other", "outer, third", StringComparison.Ordinal));
        Assert.Equal("the relocation is to third+0 of type 257 at 0x8 instead of to other+0 of type 257 at 0x8", difference?.What);
    }

    [Fact]
    public void The_alignment_of_a_section_counts()
    {
        using TempFolder folder = new();
        byte[] plain = Compile(folder, Source);
        Tool.Run(Tool.Arm64 + "objcopy", "--set-section-alignment", ".text=64", folder["x.o"]);
        ObjectDifference? difference = ObjectComparison.Find(plain, File.ReadAllBytes(folder["x.o"]), "x.o");
        Assert.StartsWith(".text+0x0: the section's header has type ProgBits, flags 0x6, alignment 64", difference?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Sections_of_their_own_leave_the_functions_and_variables()
    {
        using TempFolder folder = new();
        ElfObject plain = Read(Compile(folder, Source)), sections = Read(Compile(folder, Source, "-ffunction-sections", "-fdata-sections", "-fno-section-anchors"));
        Assert.Null(SymbolComparison.Find(plain, sections));
        Assert.NotNull(ObjectComparison.Find(plain, sections));
    }

    [Theory]
    [InlineData("noinline", "always_inline", "the function inner (Local) is missing")]
    [InlineData("const char *text", "int added(void) { return 1; } const char *text", "the function added (Global) is one too many")]
    [InlineData("static int counter", "static long counter", "the variable counter (Local, 4 bytes) is missing")]
    [InlineData("int outer", "static int outer", "the function outer (Global) is missing")]
    public void Another_function_or_variable_is_told(string old, string replacement, string expected)
    {
        using TempFolder folder = new();
        ElfObject plain = Read(Compile(folder, Source)), other = Read(Compile(folder, Source.Replace(old, replacement, StringComparison.Ordinal)));
        Assert.Equal(expected, SymbolComparison.Find(plain, other)?.ToString());
    }

    private static ObjectDifference? Compare(string expected, string found)
    {
        using TempFolder folder = new();
        return ObjectComparison.Find(Compile(folder, expected), Compile(folder, found), "x.o");
    }

    private static byte[] Compile(TempFolder folder, string source, params string[] options)
    {
        Tool.Run(Tool.Arm64 + "gcc", ["-O2", "-Wno-attributes", .. options, "-c", folder.Write("x.c", source), "-o", folder["x.o"]]);
        return File.ReadAllBytes(folder["x.o"]);
    }

    private static ElfObject Read(byte[] bytes) => ElfObject.Read(bytes, "x.o");
}
