using Klp.Kernel.Diagnostics;
using Klp.Patching.Extraction;

namespace Klp.Patching.Tests.Extraction;

/// <summary>
/// Variables with a section of their own choice (__ro_after_init, __read_mostly) share it, and the assembler refers to them by the
/// section's beginning: the end of one is the beginning of the next.
/// </summary>
public class SharedDataTests
{
    // gcc writes them in the reverse order.
    private const string Source = """
        #define RO __attribute__((section(".data..ro_after_init")))
        static RO int behind[4] = { 3 };
        static RO int table[4] = { 1, 2, 3, 4 };
        static RO int before = 5;
        extern int take(int *);
        int sum(int a) { int s = a; for (int *p = table; p < table + 4; p++) s += *p; return s; }
        int *next(int *p) { p++; return p == table + 4 ? 0 : p; }
        int get(int i) { return before + behind[i]; }
        int set(int i) { before = i; table[i] = 4; behind[i] = i; return i; }

        """;

    [Theory]
    [InlineData("in a loop", "int s = a;", "int s = a + 1;", 0)]
    [InlineData("without its beginning", "p++; return p == table + 4", "p += 2; return p == table + 4", 16)]
    public void An_end_of_one_is_its_own_although_a_new_one_begins_there(string what, string old, string made, long addend)
    {
        using SmallKernel kernel = new(Source);
        ExtractionPlan? plan = kernel.PlanFor(Source.Replace(old, made).Replace("static RO int table", "static RO int more[4] = { 8 }; static RO int table") + "int more_of(int i) { more[i]++; return more[i]; }");
        Assert.True(plan is not null, $"{what}: {string.Join("\n", kernel.Diagnostics)}");
        Assert.Contains(plan.Decisions.Values, decision => decision.Symbol?.Name == "table" && decision.Addend == addend);
    }

    /// <summary>What the patch adds has no name there yet.</summary>
    [Fact]
    public void An_end_of_a_new_one_that_may_be_the_beginning_of_another_is_refused()
    {
        using SmallKernel kernel = new(Source);
        Assert.Null(kernel.PlanFor(Source.Replace("static RO int table", "static RO int next_one[4] = { 7 }; static RO int more[4] = { 8 }; static RO int table")
            + "int more_of(int i) { more[i]++; int s = next_one[i]++; for (int *p = more; p < more + 4; p++) s += *p; return s; }"));
        Assert.All(kernel.Diagnostics, diagnostic => Assert.Equal(DiagnosticCodes.StaticVariableLost.Code, diagnostic.Code));
    }

    [Theory]
    [InlineData("int s = a;", "int s = a + 1;")]
    [InlineData("p++; return p == table + 4", "p += 2; return p == table + 4")]
    [InlineData("return before + behind[i]", "return before - behind[i]")]
    public void An_end_of_one_is_where_the_kernel_has_it_while_the_next_one_is_the_same(string old, string made)
    {
        using SmallKernel kernel = new(Source);
        ExtractionPlan plan = kernel.Plan(old, made)!;
        Assert.Single(plan.Functions);
        Assert.Empty(kernel.Diagnostics);
    }

    /// <summary>Nothing has an end then.</summary>
    [Fact]
    public void A_new_one_behind_an_array_is_taken_where_no_function_uses_both()
    {
        const string source = """
            #define RO __attribute__((section(".data..ro_after_init")))
            static RO int table[4] = { 1, 2, 3, 4 };
            extern int take(int *);
            int get(int i) { table[i]++; return table[i + 1]; }
            int other(int i) { return i; }
            """;
        using SmallKernel kernel = new(source);
        kernel.Exports.Add("take");
        ExtractionPlan plan = kernel.PlanFor(source.Replace("static RO int table", "static RO int more[4] = { 8 }; static RO int table").Replace("return i;", "return take(more);"))!;
        Assert.Empty(kernel.Diagnostics);
        Assert.Equal(["other"], plan.Functions.Select(function => function.Symbol.Name));
        Assert.Contains(plan.Parts, part => part.Part.Name == "more");
    }

    /// <summary>Between them is room, as the next one is aligned.</summary>
    [Fact]
    public void An_end_of_one_is_its_own_where_nothing_begins()
    {
        const string source = """
            #define RO __attribute__((section(".data..ro_after_init")))
            static RO int behind[4] = { 3 };
            static RO char table[5] = { 1, 2, 3 };
            char *end(int i) { return i ? table + 5 : 0; }
            int set(int i) { table[i] = 4; behind[i] = i; return i; }
            """;
        using SmallKernel kernel = new(source);
        ExtractionPlan plan = kernel.Plan("i ? table", "i > 3 ? table")!;
        Assert.Contains(plan.Decisions.Values, decision => decision is { Symbol.Name: "table", Addend: 5 });
    }
}
