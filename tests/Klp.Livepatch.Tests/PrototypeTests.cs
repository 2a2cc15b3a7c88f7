using Klp.DebugInfo.Dwarf;
using Klp.DebugInfo.Types;
using Klp.Elf.Model;
using Klp.Livepatch.Validation;

namespace Klp.Livepatch.Tests;

/// <summary>Which functions can be called in place of which.</summary>
public class PrototypeTests
{
    [Theory]
    [InlineData("int f(int a, void *b)", "int f(int a, void *b)")]
    [InlineData("unsigned long f(size_type a)", "unsigned long f(unsigned long a)")]
    [InlineData("int f(const char *const a)", "int f(char *a)")]
    [InlineData("int f(int a)", "unsigned f(unsigned a)")]
    [InlineData("long f(enum number a)", "long f(int a)")]
    [InlineData("int f(struct one *a)", "int f(void *a)")]
    [InlineData("int f(void *a)", "int f(struct one *a)")]
    [InlineData("int f(char *a, int b)", "int f(char *a)")]
    [InlineData("int f(char *a)", "int f(void)")]
    [InlineData("void f(void)", "int f(void)")]
    [InlineData("int f(int (*a)(struct one *))", "int f(int (*a)(struct one *))")]
    [InlineData("int f(int (*a)(int))", "int f(int (*a)())")]
    [InlineData("int f(enum late *a)", "int f(enum number *a)")]
    [InlineData("int f(struct one a)", "int f(struct one a)")]
    [InlineData("int f(const char *a, ...)", "int f(const char *a, ...)")]
    public void It_can(string old, string replacement) => Assert.True(Prototype.CanReplace(TypeOf(replacement), TypeOf(old)));

    [Theory]
    [InlineData("int f(int a)", "int f(long a)")]
    [InlineData("int f(int a)", "long f(int a)")]
    [InlineData("int f(int a)", "void f(int a)")]
    [InlineData("int f(int a)", "int f(int a, int b)")]
    [InlineData("int f(int a, char *b)", "int f(char *b, int a)")]
    [InlineData("int f(int a, char *b)", "int f(char *b)")]
    [InlineData("int f(struct one *a)", "int f(struct two *a)")]
    [InlineData("int f(struct one *a)", "int f(struct one a)")]
    [InlineData("int f(struct one a)", "int f(struct two a)")]
    [InlineData("int f(char *a)", "int f(char **a)")]
    [InlineData("int f(long a)", "int f(double a)")]
    [InlineData("void f(void)", "struct one f(void)")]
    [InlineData("int f(int (*a)(struct one *))", "int f(int (*a)(struct two *))")]
    [InlineData("int f(const char *a, ...)", "int f(const char *a)")]
    public void It_cannot(string old, string replacement) => Assert.False(Prototype.CanReplace(TypeOf(replacement), TypeOf(old)));

    private static DebugType TypeOf(string prototype)
    {
        using TempFolder folder = new();
        string source = $"typedef unsigned long size_type; struct one {{ long a; }}; struct two {{ long a; }}; enum number {{ A }};\n{prototype} {{ __builtin_trap(); }}\n";
        Tool.Run(Tool.Arm64 + "gcc", "-g", "-c", folder.Write("source.c", source), "-o", folder["source.o"]);
        return Assert.Single(DwarfInfo.Read(ElfObject.Open(folder["source.o"]))!.FindFunctions()).Type;
    }
}
