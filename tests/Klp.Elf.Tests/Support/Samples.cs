using Klp.Elf.Model;

namespace Klp.Elf.Tests.Support;

/// <summary>An object with what an edit may have to move: data, debug information, relocations, a group, several sections of code.</summary>
internal static class Samples
{
    private const string Source = """
        extern int external(int);
        extern int other;
        static int counter = 3;
        static const char *const names[] = { "one", "two" };

        static __attribute__((noinline)) int helper(int x) { return external(x) + counter; }

        int first(int x)
        {
            counter += helper(x) + other;
            return names[x & 1][0];
        }

        __attribute__((section(".text.second"))) int second(int x) { return first(x) - helper(x); }

        int zeros[100];

        __asm__(".pushsection .text.grouped,\"axG\",%progbits,signature,comdat\n"
                ".weak signature\n"
                "signature: .8byte external, first\n"
                ".popsection\n"
                ".globl unused\n"
                "unused = 42\n");
        """;

    internal static ElfObject Compile(string compilerName)
    {
        using TempFolder folder = new();
        string path = folder.Write("sample.c", Source);
        return ElfObject.Open(BinutilsCompiler.Named(compilerName).Compile(path, folder["sample.o"], "-g", "-O2"));
    }
}
