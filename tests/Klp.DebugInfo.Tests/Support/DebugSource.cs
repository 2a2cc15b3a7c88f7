namespace Klp.DebugInfo.Tests.Support;

/// <summary>C with functions of many types, to read back from debug information.</summary>
internal static class DebugSource
{
    /// <summary>The functions of <see cref="Text"/> that every target can compile.</summary>
    public static IReadOnlyList<string> Common { get; } = ["nothing", "numbers", "more_numbers", "pointers", "enumerations", "callbacks", "aliases"];

    /// <summary>The functions that the kernel's virtual machine cannot have.</summary>
    public static IReadOnlyList<string> Others { get; } = ["variadic", "by_value", "fractions"];

    public const string Text = """
        typedef unsigned long size;
        struct one;
        enum colour { RED, GREEN };
        union both { int number; void *pointer; };
        typedef int (*callback)(struct one *, const char *, ...);
        struct layout { char first; long second; unsigned bits : 3; int array[3]; struct { int inner; } nested; void *last; };
        typedef struct { int x; } unnamed;
        void nothing(void) { }
        unsigned long numbers(char a, signed char b, unsigned char c, short d, unsigned short e) { return a; }
        long long more_numbers(int a, unsigned b, long c, unsigned long long d, _Bool e) { return a; }
        const char *const *pointers(struct one *a, volatile union both *b, void *const c, struct layout *const *d, unnamed *e) { return 0; }
        enum colour enumerations(enum colour a, enum colour *b) { return a; }
        void callbacks(callback a, int (**b)(void), int (*c)[3], long (*d)[2][5]) { }
        size aliases(size a, size *b, struct layout *c) { return a; }
        #ifndef __bpf__
        int variadic(const char *a, ...) { return 0; }
        struct layout by_value(struct layout a, union both b) { return a; }
        double fractions(float a, double b) { return b; }
        #endif

        """;

    /// <summary>A function with an inlined copy in two others, one of them through a third.</summary>
    public const string Inlined = """
        extern int external(int);
        static inline __attribute__((always_inline)) int copied(int x) { return external(x) + external(x + 1); }
        int (*pointer)(int) = copied;
        int first(int x) { return copied(x); }
        static inline __attribute__((always_inline)) int middle(int x) { return copied(x) * 2; }
        int second(int x) { return middle(x); }
        int third(int x) { return external(x) + pointer(x); }

        """;

    /// <summary>What <see cref="Inlined"/> links with.</summary>
    public const string External = "int external(int x) { return x; }\nstatic int copied(int x, int y) { return x + y; }\nint (*other)(int, int) = copied;\n";

    /// <summary>Fails unless a compiler finds that declarations agree with what they declare.</summary>
    public static void AssertCompiles(string compiler, string text)
    {
        using TempFolder folder = new();
        Tool.Run(compiler, "-fsyntax-only", folder.Write("declared.c", text));
    }
}
