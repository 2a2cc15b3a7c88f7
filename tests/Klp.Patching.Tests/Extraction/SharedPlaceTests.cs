using Klp.Kernel.Diagnostics;
using Klp.Patching.Extraction;

namespace Klp.Patching.Tests.Extraction;

/// <summary>
/// Of a loop that counts down the compiler makes an address before the array. In a section that several variables share, that is
/// in another one, and the kernel's object, which has section anchors, has them in another order.
/// </summary>
public class SharedPlaceTests
{
    private const string Source = """
        #define SHARED __attribute__((section(".data..read_mostly")))
        struct entry { int a, b; long c; };
        extern void keep(const void *);
        static int before SHARED = 1;
        static struct entry table[8] SHARED = { { 1 } };
        static int after SHARED = 2;
        static unsigned char bytes[300] SHARED = { 1 };
        int down(int n) { do { keep(table[n - 1].a ? &before : &after); } while (--n); return 0; }
        int up(int n) { int s = 0; for (int i = 65; i < 91; i++) { keep((void *)(long)i); s += bytes[i - 65]; } return s + n; }
        int get(int i) { keep(&after); keep(&before); return bytes[i] + table[i].b; }
        """;

    [Theory]
    [InlineData("down", "return 0", "return 5", "table", -16)]
    [InlineData("up", "return s + n", "return s - n", "bytes", -65)]
    public void A_place_before_an_array_is_the_arrays(string function, string old, string made, string array, long addend)
    {
        using SmallKernel kernel = KernelOf();
        ExtractionPlan plan = kernel.Plan(old, made)!;
        Assert.Equal([function], plan.Functions.Select(replaced => replaced.Symbol.Name));
        Assert.Contains(plan.Decisions.Values, decision => decision.Symbol?.Name == array && decision.Addend == addend);
        Assert.DoesNotContain(plan.Decisions.Values, decision => decision.Addend > 0);
    }

    [Fact]
    public void A_new_variable_of_the_section_moves_no_reference_to_another()
    {
        using SmallKernel kernel = KernelOf();
        ExtractionPlan plan = kernel.PlanFor(Source.Replace("static int after", "static int fresh SHARED = 7; static int after").Replace("keep(&before); return bytes", "keep(&fresh); fresh++; return bytes"))!;
        Assert.Equal(["get"], plan.Functions.Select(replaced => replaced.Symbol.Name));
        Assert.Contains(plan.Parts, part => part.Part.Name == "fresh");
        Assert.All(plan.Decisions.Values, decision => Assert.Equal(0, decision.Addend));
    }

    [Fact]
    public void A_place_that_may_be_one_before_a_new_array_is_refused()
    {
        using SmallKernel kernel = KernelOf();
        Assert.Null(kernel.PlanFor(Source.Replace("static int after", "static struct entry fresh[8] SHARED = { { 1 } }; static int after").Replace("table[n - 1]", "fresh[n - 1]") + "\nlong set(int i) { return fresh[i].c++; }"));
        Assert.Equal(DiagnosticCodes.StaticVariableLost.Code, Assert.Single(kernel.Diagnostics.Select(diagnostic => diagnostic.Code).Distinct()));
    }

    [Fact]
    public void What_refers_to_them_has_the_code_that_the_compiler_makes_anyway()
    {
        using SmallKernel kernel = KernelOf();
        Assert.True(kernel.Diff(Source).IsEmpty);
        Assert.DoesNotContain(kernel.Diff(Source).Patched.Parts, part => part.IsGlobal && part.Name is "table" or "bytes" or "before" or "after");
    }

    private static SmallKernel KernelOf()
    {
        SmallKernel kernel = new(Source);
        kernel.Exports.Add("keep");
        return kernel;
    }
}
