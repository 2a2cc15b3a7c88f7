using Klp.Kernel.Diagnostics;
using Klp.Patching.Extraction;

namespace Klp.Patching.Tests.Extraction;

/// <summary>
/// A table of labels (as ___bpf_prog_run() has it) holds places within its function. That of the kernel leads into the kernel's
/// function: the new one would go on in the old one after its first jump.
/// </summary>
public class ComputedGotoTests
{
    private const string Source = """
        extern void used_elsewhere(void);
        FUNCTION int run(const unsigned char *p, int r)
        {
            static TABLE jumps[] = { &&add, &&sub, &&end, &&mul };
            WRITE
            goto *jumps[*p++];
        add: r += 3; used_elsewhere(); goto *jumps[*p++];
        sub: r -= 7; r ^= 0x55; goto *jumps[*p++];
        mul: r *= 9; used_elsewhere(); goto *jumps[*p++];
        end: return r;
        }
        int first(const unsigned char *p) { return run(p, 1); }
        int second(const unsigned char *p) { return run(p, 2); }
        """;

    [Theory]
    [InlineData("at the same places", "r ^= 0x55", "r ^= 0x66")]
    [InlineData("at other places", "r += 3", "r += 3; used_elsewhere(); r *= 5")]
    public void A_table_of_labels_comes_with_the_function_that_changed(string where, string old, string made)
    {
        using SmallKernel kernel = new(Unit());
        ExtractionPlan? plan = kernel.Plan(old, made);
        Assert.True(plan is not null, $"{where}: {string.Join("\n", kernel.Diagnostics)}");
        Assert.Equal(["run"], plan.Functions.Select(function => function.Symbol.Name));
        AssertOwn(plan);
    }

    [Fact]
    public void A_table_of_labels_is_no_taken_address_of_what_cannot_be_traced()
    {
        using SmallKernel kernel = new(Unit(function: "static __attribute__((noinline, patchable_function_entry(0)))"));
        ExtractionPlan plan = kernel.Plan("r ^= 0x55", "r ^= 0x66")!;
        Assert.Equal(["first", "second"], plan.Functions.Select(function => function.Symbol.Name));
        AssertOwn(plan);
    }

    [Fact]
    public void A_table_of_labels_that_is_written_to_is_refused()
    {
        using SmallKernel kernel = new(Unit(table: "const void *", write: "if (r == 99) jumps[1] = jumps[0];"));
        Assert.Null(kernel.Plan("r ^= 0x55", "r ^= 0x66"));
        Diagnostic refusal = Assert.Single(kernel.Diagnostics);
        Assert.Equal(DiagnosticCodes.PatchChangesData.Code, refusal.Code);
        Assert.Contains("places within run()", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_of_a_function_that_did_not_change_stays_the_kernels()
    {
        using SmallKernel kernel = new(Unit());
        ExtractionPlan plan = kernel.Plan("run(p, 2)", "run(p, 4)")!;
        Assert.DoesNotContain(plan.Parts, part => part.Part.Name.StartsWith("jumps", StringComparison.Ordinal));
    }

    private static string Unit(string function = "", string table = "const void *const", string write = "") => Source
        .Replace("FUNCTION", function, StringComparison.Ordinal)
        .Replace("TABLE", table, StringComparison.Ordinal)
        .Replace("WRITE", write, StringComparison.Ordinal);

    private static void AssertOwn(ExtractionPlan plan)
    {
        Assert.Contains(plan.Parts, part => part.Part.Name.StartsWith("jumps", StringComparison.Ordinal));
        Assert.DoesNotContain(plan.Decisions.Values, decision => decision.Symbol?.Name.StartsWith("jumps", StringComparison.Ordinal) == true);
        Assert.DoesNotContain(plan.Decisions.Values, decision => decision.Symbol?.Name == "run" && decision.Addend != 0);
    }
}
