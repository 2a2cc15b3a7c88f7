using Klp.Kernel.Diagnostics;
using Klp.Patching.Extraction;

namespace Klp.Patching.Tests.Extraction;

/// <summary>
/// What a macro of the kernel has for each use is copied, so that it starts anew; a variable of the author's that happens to have
/// such a name is the kernel's own, with what it holds.
/// </summary>
public class MacroStaticTests
{
    /// <summary>Variables of the author's: of the file, of a function, of another type or in another section than the macro's.</summary>
    [Theory]
    [InlineData("static int descriptor; int f(int a) { descriptor += a; return descriptor; }", "descriptor")]
    [InlineData("static int _rs; int f(int a) { _rs += a; return _rs; }", "_rs")]
    [InlineData("static long __key; int f(int a) { __key += a; return (int)__key; }", "__key")]
    [InlineData("static char __already_done; int f(int a) { __already_done += a; return __already_done; }", "__already_done")]
    [InlineData("static int __warned; int f(int a) { __warned += a; return __warned; }", "__warned")]
    [InlineData("static int __print_once; int f(int a) { __print_once += a; return __print_once; }", "__print_once")]
    [InlineData("static int _entry[8]; int f(int a) { _entry[a]++; return _entry[1]; }", "_entry")]
    [InlineData("static int __msg[8]; int f(int a) { __msg[a]++; return __msg[1]; }", "__msg")]
    [InlineData("static int __UNIQUE_ID_count_12; int f(int a) { __UNIQUE_ID_count_12 += a; return __UNIQUE_ID_count_12; }", "__UNIQUE_ID_count_12")]
    [InlineData("int f(int a) { static struct { int length; } descriptor; descriptor.length += a; return descriptor.length; }", "descriptor.0")]
    [InlineData("int f(int a) { static int _rs = 4; _rs += a; return _rs; }", "_rs.0")]
    [InlineData("int f(int a) { static long __key; __key += a; return (int)__key; }", "__key.0")]
    [InlineData("int f(int a) { static int __warned; __warned += a; return __warned; }", "__warned.0")]
    [InlineData("int f(int a) { static int CSWTCH[9]; CSWTCH[a]++; return CSWTCH[1]; }", "CSWTCH.0")]
    public void A_variable_of_the_authors_that_has_such_a_name_is_the_kernels(string source, string name)
    {
        using SmallKernel kernel = new(source);
        ExtractionPlan plan = kernel.Plan("return ", "return 3 + ")!;
        Assert.Empty(kernel.Diagnostics);
        Assert.Equal(["f"], plan.Parts.Select(part => part.Part.Name));
        Assert.Equal(name, Assert.Single(plan.Decisions.Values.Where(decision => decision.Kind == ReferenceKind.Livepatch).Select(decision => decision.Symbol!.Name).Distinct()));
    }

    /// <summary>As the kernel's macros declare them (once_lite.h, printk.h, ratelimit.h, lockdep.h, dynamic_debug.h).</summary>
    [Theory]
    [InlineData("int f(int a) { static _Bool __attribute__((section(\".data..once\"))) __already_done; if (!__already_done) __already_done = 1; return a; }", "__already_done.0")]
    [InlineData("int f(int a) { static _Bool __attribute__((section(\".data..unlikely\"))) __warned; if (!__warned) __warned = 1; return a; }", "__warned.0")]
    [InlineData("int f(int a) { static _Bool __attribute__((section(\".data..read_mostly\"))) __print_once; if (!__print_once) __print_once = 1; return a; }", "__print_once.0")]
    [InlineData("struct ratelimit_state { int interval, burst, missed; }; int limit(struct ratelimit_state *); int f(int a) { static struct ratelimit_state _rs = { 5, 10 }; if (limit(&_rs)) return 1; return a; } int limit(struct ratelimit_state *s) { return s->missed++; }", "_rs.0")]
    [InlineData("struct lock_class_key { char subkeys[8]; }; struct lock_class_key *keep; int f(int a) { static struct lock_class_key __key; keep = &__key; return a; }", "__key.0")]
    public void What_a_macro_has_for_each_use_is_copied(string source, string name)
    {
        using SmallKernel kernel = new(source);
        ExtractionPlan plan = kernel.Plan("return a;", "return a + 3;")!;
        Assert.Contains(plan.Parts, part => part.Part.Name == name);
        Assert.Contains(kernel.Diagnostics, diagnostic => diagnostic.Code == DiagnosticCodes.OnceAgain.Code);
    }

    /// <summary>Nothing refers to what tracepoint_string() has for each use (tracepoint.h), and a function has several (kernel/rcu/tree.c).</summary>
    [Fact]
    public void The_strings_of_tracepoints_are_no_change_of_a_function_beside()
    {
        const string source = """
            extern void trace(const char *);
            #define TPS(text) ({ static const char *___tp_str __attribute__((used, section("__tracepoint_str"))) = text; ___tp_str; })
            void g(int a) { trace(TPS("start")); if (a) trace(TPS("again")); trace(TPS("end")); }
            int f(int a) { return a; }
            """;
        using SmallKernel kernel = new(source);
        kernel.Exports.Add("trace");
        ExtractionPlan? plan = kernel.Plan("return a;", "trace(TPS(\"new\")); return a + 3;");
        Assert.Empty(kernel.Diagnostics);
        Assert.Equal(["f"], plan!.Functions.Select(function => function.Symbol.Name));
    }

    /// <summary>One with the number of the unit's next macro is the same, also where a macro before it is new.</summary>
    [Fact]
    public void Of_a_variable_of_the_file_that_has_a_number_for_each_use_of_a_macro_the_counterpart_is_told_by_who_uses_it()
    {
        const string source = """
            static int __UNIQUE_ID_count_12, __UNIQUE_ID_count_13;
            int f(int a) { __UNIQUE_ID_count_12 += a; return __UNIQUE_ID_count_12; }
            int g(int a) { __UNIQUE_ID_count_13 += a; return __UNIQUE_ID_count_13; }
            """;
        using SmallKernel kernel = new(source);
        ExtractionPlan plan = kernel.PlanFor(source.Replace("ID_count_13", "ID_count_14").Replace("ID_count_12", "ID_count_13").Replace("return __UNIQUE_ID_count_14", "return 3 + __UNIQUE_ID_count_14"))!;
        Assert.Equal("g", Assert.Single(plan.Functions).Symbol.Name);
        Assert.Equal(["__UNIQUE_ID_count_13"], plan.Decisions.Values.Where(decision => decision.Kind == ReferenceKind.Livepatch).Select(decision => decision.Symbol!.Name).Distinct());
    }
}
