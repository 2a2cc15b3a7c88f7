using Klp.Patching.Extraction;

namespace Klp.Patching.Tests.Extraction;

/// <summary>Whole plans, as texts: what is replaced, what comes along, and where each reference goes.</summary>
public class PlanGoldenTests
{
    [Fact]
    public void Of_a_function_with_its_strings_static_variables_exports_and_new_helpers() => AssertPlan(
        """
        extern void used_elsewhere(void);
        const char *keep;
        static int hits;
        static __attribute__((noinline)) int count(int by) { hits += by; return hits; }
        int value;
        int first(int a) { static int calls; calls++; used_elsewhere(); return count(a) + calls + value; }
        int second(int a) { return count(a + 1); }
        """,
        "return count(a) + calls + value;",
        "keep = \"patched\"; return helper(a) + count(a) + calls + value;",
        "int value;",
        "int value; static int fresh; static __attribute__((noinline)) int helper(int a) { fresh += a; return fresh * 3; }",
        """
        replaces vmlinux:first with livepatch_first: changed
        has new helper: new
        has new strings: used by first
        has first: changed
        has new fresh: new
        entries in __patchable_function_entries of first: 1
        entries in __patchable_function_entries of helper: 1
        __patchable_function_entries of first: R_AARCH64_ABS64 to its own first
        __patchable_function_entries of helper: R_AARCH64_ABS64 to its own helper
        first: R_AARCH64_ADD_ABS_LO12_NC to its own strings
        first: R_AARCH64_ADR_PREL_PG_HI21 to its own strings
        first: R_AARCH64_ADR_PREL_PG_HI21 to livepatch symbol vmlinux:calls
        first: R_AARCH64_ADR_PREL_PG_HI21 to livepatch symbol vmlinux:keep
        first: R_AARCH64_ADR_PREL_PG_HI21 to livepatch symbol vmlinux:value
        first: R_AARCH64_CALL26 to export used_elsewhere
        first: R_AARCH64_CALL26 to its own helper
        first: R_AARCH64_CALL26 to livepatch symbol vmlinux:count
        first: R_AARCH64_LDST32_ABS_LO12_NC to livepatch symbol vmlinux:calls
        first: R_AARCH64_LDST32_ABS_LO12_NC to livepatch symbol vmlinux:value
        first: R_AARCH64_LDST64_ABS_LO12_NC to livepatch symbol vmlinux:keep
        helper: R_AARCH64_ADR_PREL_PG_HI21 to its own fresh
        helper: R_AARCH64_LDST32_ABS_LO12_NC to its own fresh
        """);

    [Fact]
    public void Of_callers_in_place_of_what_cannot_be_traced() => AssertPlan(
        """
        static __attribute__((noinline, patchable_function_entry(0))) int inner(int a) { return a * 3; }
        static __attribute__((noinline, patchable_function_entry(0))) int outer(int a) { return inner(a) + 1; }
        int one(int a) { return outer(a) + 1; }
        int two(int a) { return inner(a) + 2; }
        int three(int a) { return a; }
        """,
        "a * 3",
        "a * 5",
        "",
        "",
        """
        replaces vmlinux:two with livepatch_two: calls inner(), which changed and cannot be replaced itself
        replaces vmlinux:one with livepatch_one: calls outer(), which changed and cannot be replaced itself
        has inner: changed
        has outer: calls inner(), which changed and cannot be replaced itself
        has one: calls outer(), which changed and cannot be replaced itself
        has two: calls inner(), which changed and cannot be replaced itself
        entries in __patchable_function_entries of two: 1
        entries in __patchable_function_entries of one: 1
        __patchable_function_entries of one: R_AARCH64_ABS64 to its own one
        __patchable_function_entries of two: R_AARCH64_ABS64 to its own two
        one: R_AARCH64_CALL26 to its own outer
        outer: R_AARCH64_CALL26 to its own inner
        two: R_AARCH64_CALL26 to its own inner
        """);

    [Fact]
    public void Of_a_constant_that_changed_with_all_that_read_it() => AssertPlan(
        """
        static const int table[40] = { 1, 2, 3 };
        int read(unsigned a) { return table[a]; }
        int other(unsigned a) { return table[a + 1] + read(a); }
        int third(int a) { return a; }
        """,
        "1, 2, 3",
        "1, 2, 4",
        "",
        "",
        """
        replaces vmlinux:read with livepatch_read: reads table, which changed
        replaces vmlinux:other with livepatch_other: reads table, which changed
        has read: reads table, which changed
        has other: reads table, which changed
        has table: changed
        entries in __patchable_function_entries of read: 1
        entries in __patchable_function_entries of other: 1
        __patchable_function_entries of other: R_AARCH64_ABS64 to its own other
        __patchable_function_entries of read: R_AARCH64_ABS64 to its own read
        other: R_AARCH64_ADD_ABS_LO12_NC to its own table
        other: R_AARCH64_ADR_PREL_PG_HI21 to its own table
        read: R_AARCH64_ADD_ABS_LO12_NC to its own table
        read: R_AARCH64_ADR_PREL_PG_HI21 to its own table
        """);

    [Fact]
    public void Of_a_function_with_entries_in_the_kernels_tables() => AssertPlan(
        """
        struct key { int enabled; }; struct key branch_key; int data;
        int f(int a)
        {
            asm volatile("1: nop\n2:\n.pushsection __ex_table,\"a\"\n.balign 4\n.long 1b-., 2b-.\n.short 1, 2\n.popsection");
            asm goto("1: nop\n.pushsection __jump_table,\"aw\"\n.balign 8\n.long 1b-., %l[yes]-.\n.quad branch_key-.\n.popsection" : : : : yes);
            asm volatile("661: nop\n662:\n.pushsection .altinstructions,\"a\"\n.long 661b-., 663f-.\n.short 7\n.byte 662b-661b, 664f-663f\n.popsection\n.subsection 1\n663: mov x1, #1\n664: .previous" : : : "x1");
            return a + data;
        yes:
            return a - data;
        }
        int g(int a) { asm volatile("1: nop\n2:\n.pushsection __ex_table,\"a\"\n.balign 4\n.long 1b-., 2b-.\n.short 1, 2\n.popsection"); return a; }
        """,
        "return a + data;",
        "return a + data * 3;",
        "",
        "",
        """
        replaces vmlinux:f with livepatch_f: changed
        has f: changed
        entries in __patchable_function_entries of f: 1
        entries in __ex_table of f: 1
        entries in __jump_table of f: 1
        entries in .altinstructions of f: 1
        .altinstructions of f: R_AARCH64_PREL32 to its own f
        __ex_table of f: R_AARCH64_PREL32 to its own f
        __jump_table of f: R_AARCH64_PREL32 to its own f
        __jump_table of f: R_AARCH64_PREL64 to livepatch symbol vmlinux:branch_key
        __patchable_function_entries of f: R_AARCH64_ABS64 to its own f
        f: R_AARCH64_ADR_PREL_PG_HI21 to livepatch symbol vmlinux:data
        f: R_AARCH64_LDST32_ABS_LO12_NC to livepatch symbol vmlinux:data
        """);

    private static void AssertPlan(string source, string old, string made, string secondOld, string secondMade, string expected)
    {
        using SmallKernel kernel = new(source);
        kernel.Exports.Add("used_elsewhere");
        string patched = source.Replace(old, made, StringComparison.Ordinal);
        if (secondOld.Length > 0)
            patched = patched.Replace(secondOld, secondMade, StringComparison.Ordinal);
        ExtractionPlan plan = kernel.PlanFor(patched)!;
        string text = PlanText.Of(plan);
        Assert.True(expected.TrimEnd() + "\n" == text, $"The plan is:\n{text}");
    }
}
