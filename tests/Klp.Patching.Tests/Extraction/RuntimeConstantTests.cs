using Klp.Kernel.Diagnostics;
using Klp.Patching.Diff;
using Klp.Patching.Extraction;

namespace Klp.Patching.Tests.Extraction;

/// <summary>
/// The kernel writes the value of a runtime constant into its code. A livepatch reads the variable instead, and so compiled a unit
/// need not have the functions that the kernel has, nor the compiler's numbers.
/// </summary>
public class RuntimeConstantTests
{
    // As in the kernel, the function is inlined where the constant is in the code, and is not where the variable is read.
    private const string Source = """
        extern void used_elsewhere(void); extern int use(const int *), twice(int *);
        int table = 3;
        #ifdef RUNTIME
        #define READ(name) ({ int value; asm("1: mov %w0, #0x123\n.pushsection runtime_ptr_" #name ",\"a\"\n.long 1b-.\n.popsection" : "=r" (value)); value; })
        static inline __attribute__((always_inline)) int hash(int a) { return READ(table) + a; }
        #else
        #define READ(name) (name)
        static __attribute__((noinline)) int hash(int a) { return READ(table) + a; }
        int before(int a) { static int more; more += a; return more; }
        #endif
        int first(int a) { used_elsewhere(); return hash(a) + 1; }
        int second(int a) { return hash(a) * 2; }
        int third(int a) { static int calls; calls += a; used_elsewhere(); return twice(&calls); }
        #ifndef RUNTIME
        int behind(int a) { static int more; more += a; return more; }
        #endif
        """;

    [Fact]
    public void What_the_kernel_has_inline_goes_with_the_function_that_calls_it_and_reads_the_variable()
    {
        using SmallKernel kernel = new(Source, "", "", "table");
        Assert.Empty(kernel.Symbols("hash"));
        ExtractionPlan? plan = kernel.Plan("hash(a) + 1", "hash(a) + 5");
        Assert.True(plan is not null, string.Join("\n", kernel.Diagnostics));
        Assert.Equal(["first"], plan.Functions.Select(function => function.Symbol.Name));
        Assert.Equal(["first", "hash"], plan.Parts.Select(part => part.Part.Name).Order(StringComparer.Ordinal));
        Assert.Contains(plan.Decisions.Values, decision => decision is { Kind: ReferenceKind.Livepatch, Symbol.Name: "table" });
        Assert.Empty(kernel.Diagnostics);
    }

    [Fact]
    public void Of_what_the_kernel_has_inline_the_callers_are_replaced()
    {
        using SmallKernel kernel = new(Source, "", "", "table");
        ExtractionPlan plan = kernel.PlanFor(Source.Replace("READ(table) + a", "READ(table) - a", StringComparison.Ordinal))!;
        Assert.Equal(["first", "second"], plan.Functions.Select(function => function.Symbol.Name));
        Assert.Equal(["hash"], plan.Carried.Select(part => part.Name));
    }

    [Fact]
    public void A_constant_whose_variable_the_kernel_does_not_have_is_refused()
    {
        // The compiler leaves out what is only written to.
        const string lost = """
            #ifndef RUNTIME
            static volatile int table;
            #endif
            """;
        using SmallKernel kernel = new(Source.Replace("int table = 3;", lost, StringComparison.Ordinal), "", "", "table");
        Assert.Null(kernel.Plan("hash(a) + 1", "hash(a) + 5"));
        Assert.Equal(DiagnosticCodes.RuntimeConstant.Code, Assert.Single(kernel.Diagnostics).Code);
    }

    [Fact]
    public void A_static_variable_of_a_function_is_told_whatever_its_number_is()
    {
        using SmallKernel kernel = new(Source, "int twice(int *p) { return *p * 2; }", "", "table");
        UnitPart ours = kernel.Diff(Source).Original.Parts.Single(part => part.Name.StartsWith("calls.", StringComparison.Ordinal));
        Assert.Empty(kernel.Symbols(ours.Name));
        ExtractionPlan plan = kernel.Plan("twice(&calls)", "twice(&calls) + 1")!;
        ReferenceDecision taken = Assert.Single(
            plan.Decisions.Values.DistinctBy(decision => decision.Symbol), decision => decision.Symbol?.Name.StartsWith("calls.", StringComparison.Ordinal) == true);
        Assert.Single(kernel.Symbols(taken.Symbol!.Name));
    }

    [Fact]
    public void A_clone_of_the_compilers_is_not_taken_for_the_kernels_of_the_same_number()
    {
        // The kernel's clone has the parameter that the other one has not.
        const string source = """
            extern void used_elsewhere(void);
            int table = 3;
            #ifdef RUNTIME
            #define A a
            #define B 7
            #else
            #define A 7
            #define B b
            #endif
            static __attribute__((noinline)) int work(int a, int b) { used_elsewhere(); return a * 3 + b + table; }
            int first(int a, int b) { return work(A, B) + 1; }
            int second(int a, int b) { return work(A, B) * 2; }
            """;
        using SmallKernel kernel = new(source, "", "", "table");
        Assert.NotEmpty(kernel.Symbols("work.constprop.0"));
        ExtractionPlan plan = kernel.Plan("work(A, B) + 1", "work(A, B) + 5")!;
        Assert.Equal(["first", "work.constprop.0"], plan.Parts.Select(part => part.Part.Name).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(plan.Decisions.Values, decision => decision.Symbol?.Name.StartsWith("work", StringComparison.Ordinal) == true);
    }
}
