using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Patching.Diff;
using Klp.Patching.Extraction;

namespace Klp.Patching.Tests.Extraction;

public class ExtractionPlanTests
{
    private const string Counter = """
        extern int used(int); extern void used_elsewhere(void);
        static int hits;
        static __attribute__((noinline)) int count(int by) { hits += by; return hits; }
        int first(int a) { static int calls; calls++; return count(a) + calls; }
        int second(int a) { static int calls; calls += 2; return count(a + 1) * calls; }
        int third(int a) { used_elsewhere(); return a * 7; }
        """;

    [Fact]
    public void A_patch_that_changes_no_code_changes_no_part()
    {
        using SmallKernel kernel = new(Counter);
        UnitDiff diff = kernel.Diff("/* a comment */\n\n" + Counter);
        Assert.True(diff.IsEmpty);
    }

    [Fact]
    public void A_changed_function_is_taken_and_what_it_uses_is_the_kernels()
    {
        using SmallKernel kernel = new(Counter);
        ExtractionPlan plan = kernel.Plan("count(a) + calls", "count(a) - calls")!;

        Assert.Equal("first", Assert.Single(plan.Functions).Symbol.Name);
        Assert.Equal(["first"], plan.Parts.Select(part => part.Part.Name));
        Assert.Equal([NameIn(kernel, "first"), "count"], LivepatchNames(plan, kernel));
    }

    [Fact]
    public void A_new_static_variable_moves_the_numbers_of_the_others_and_no_other_function_is_taken()
    {
        using SmallKernel kernel = new(Counter);
        ExtractionPlan plan = kernel.Plan("int third(int a) {", "int third(int a) { static int more; more += a; hits = more;")!;

        Assert.Equal("third", Assert.Single(plan.Functions).Symbol.Name);
        Assert.Contains(plan.Parts, part => part.Part.Name.StartsWith("more", StringComparison.Ordinal) && part.Reason == "new");
        Assert.Contains(plan.Decisions.Values, decision => decision is { Kind: ReferenceKind.Livepatch, Symbol.Name: "hits" });
    }

    [Fact]
    public void A_static_variable_is_the_one_that_the_same_function_uses_whatever_its_number_is()
    {
        using SmallKernel kernel = new(Counter);
        // The number of second()'s becomes another.
        ExtractionPlan plan = kernel.Plan("int second(int a) { static int calls; calls += 2;", "int second(int a) { static int extra; static int calls; extra++; calls += 3;")!;

        string taken = Assert.Single(LivepatchNames(plan, kernel), name => name.StartsWith("calls", StringComparison.Ordinal));
        Assert.Equal(NameIn(kernel, "second"), taken);
    }

    [Fact]
    public void Constants_of_one_name_in_a_function_are_told_by_their_contents()
    {
        const string source = """
            extern int use(const int *);
            int two(int a) { { static const int t[2] = { 1, 2 }; a += use(t); } { static const int t[2] = { 3, 4 }; a += use(t); } return a; }
            int other(int a) { return a; }
            """;
        using SmallKernel kernel = new(source);
        Assert.Equal(["other"], kernel.Diff(source.Replace("other(int a) { return a;", "other(int a) { return a + 1;", StringComparison.Ordinal)).Changed.Select(part => part.Name));
        Assert.Equal(["two"], kernel.Diff(source.Replace("3, 4", "3, 5", StringComparison.Ordinal)).Changed.Where(part => part.Kind == PartKind.Function).Select(part => part.Name));
    }

    [Fact]
    public void A_local_name_that_others_have_too_gets_the_position_of_the_units_own()
    {
        using SmallKernel kernel = new(Counter, "static __attribute__((noinline)) int count(int a) { return a; }\nint other(int a) { return count(a); }\n");
        ExtractionPlan plan = kernel.Plan("count(a) + calls", "count(a) - calls")!;

        Assert.Equal(2, kernel.Symbols("count").Count);
        ReferenceDecision call = Assert.Single(plan.Decisions.Values, decision => decision.Symbol?.Name == "count");
        Assert.Equal(2UL, call.Symbol!.Sympos.Ordinal);
        Assert.False(call.Symbol.Sympos.IsOnly);
    }

    /// <summary>As kbuild takes __mod_device_table__… away, a second name of a table.</summary>
    [Fact]
    public void A_unit_is_found_where_the_kernel_lacks_one_of_its_local_symbols()
    {
        const string alias = "static const int table[3] = { 1, 2, 3 };\nextern const int alias[3] __attribute__((alias(\"table\")));\n"
            + "static const int more[2] = { 8, 9 };\n int read(int a) { return table[a] + more[a]; }\n";
        using SmallKernel kernel = new(alias + Counter, stripped: "table");
        Assert.Equal("first", Assert.Single(kernel.Plan("count(a) + calls", "count(a) - calls")!.Functions).Symbol.Name);
    }

    [Fact]
    public void An_export_is_left_to_the_module_loader()
    {
        using SmallKernel kernel = new(Counter);
        kernel.Exports.Add("used_elsewhere");
        ExtractionPlan plan = kernel.Plan("a * 7", "a * 9")!;
        Assert.Contains(plan.Decisions.Values, decision => decision is { Kind: ReferenceKind.Export, SymbolName: "used_elsewhere" });
    }

    [Fact]
    public void The_callers_of_a_function_that_cannot_be_traced_are_replaced_with_it()
    {
        const string source = """
            static __attribute__((noinline, patchable_function_entry(0))) int hidden(int a) { return a * 3; }
            int one(int a) { return hidden(a) + 1; }
            int two(int a) { return hidden(a) + 2; }
            int three(int a) { return a; }
            """;
        using SmallKernel kernel = new(source);
        ExtractionPlan plan = kernel.Plan("a * 3", "a * 5")!;

        Assert.Equal(["one", "two"], plan.Functions.Select(function => function.Symbol.Name).Order());
        Assert.Equal(["hidden", "one", "two"], plan.Parts.Select(part => part.Part.Name).Order());
        Assert.Equal(DiagnosticCodes.CallersReplaced.Code, Assert.Single(kernel.Diagnostics).Code);
    }

    [Fact]
    public void A_stored_address_stays_that_of_the_original_function()
    {
        const string source = """
            typedef int fn(int); extern fn *volatile keep;
            __attribute__((noinline)) int called(int a) { return a * 3; }
            int user(int a) { keep = called; return called(a) + 1; }
            """;
        using SmallKernel kernel = new(source);
        ExtractionPlan plan = kernel.PlanFor(source.Replace("a * 3", "a * 5").Replace("called(a) + 1", "called(a) + 4") + "fn *volatile keep;\n")!;

        Assert.Contains(plan.Decisions.Values, decision => decision is { Kind: ReferenceKind.Livepatch, Symbol.Name: "called" });
        Assert.Contains(plan.Decisions.Values, decision => decision is { Kind: ReferenceKind.Included, Part.Name: "called" });
        Assert.Contains(kernel.Diagnostics, diagnostic => diagnostic.Code == DiagnosticCodes.AddressOfOriginal);
    }

    /// <summary>As a timer's function does that starts the timer anew.</summary>
    [Fact]
    public void An_address_that_a_function_stores_of_itself_stays_that_of_the_original()
    {
        using SmallKernel kernel = new("typedef int fn(int); fn *volatile keep; int again(int a) { keep = again; return a * 3; }");
        ExtractionPlan plan = kernel.Plan("a * 3", "a * 5")!;

        Assert.Contains(plan.Decisions.Values, decision => decision is { Kind: ReferenceKind.Livepatch, Symbol.Name: "again" });
        Assert.Equal(DiagnosticCodes.AddressOfOriginal, Assert.Single(kernel.Diagnostics).Code);
    }

    [Fact]
    public void A_changed_constant_is_taken_with_the_functions_that_read_it()
    {
        const string source = """
            static const int table[40] = { 1, 2, 3 };
            int read(unsigned a) { return table[a]; }
            int other(int a) { return a; }
            """;
        using SmallKernel kernel = new(source);
        ExtractionPlan plan = kernel.Plan("1, 2, 3", "1, 2, 4")!;
        Assert.Equal("read", Assert.Single(plan.Functions).Symbol.Name);
        Assert.Equal(["read", "table"], plan.Parts.Select(part => part.Part.Name).Order());
    }

    [Theory]
    [InlineData("KLP7021", "int value = 3; int get(void) { return value; }", "value = 3", "value = 4")]
    [InlineData("KLP7021", "struct s { int a; }; static struct s value; struct s *get(void) { return &value; }", "int a;", "int a, b;")]
    [InlineData("KLP7021", "static int f(int a) { return a; } int (*const ops[])(int) = { f }; int g(int a) { return ops[a](a); }", "{ f }", "{ f, f }")]
    [InlineData("KLP7007", "__attribute__((section(\".init.text\"))) int start(int a) { return a; }", "return a", "return a + 1")]
    [InlineData("KLP7024", "__attribute__((noinline, patchable_function_entry(0))) int hidden(int a) { return a; } int f(int a) { return hidden(a); }", "return a;", "return a + 1;")]
    [InlineData("KLP7024", "static __attribute__((patchable_function_entry(0))) int hidden(int a) { return a; } int (*const p)(int) = hidden;", "return a;", "return a + 1;")]
    [InlineData("KLP7024", "typedef int fn(int); fn *volatile keep; static __attribute__((noinline, patchable_function_entry(0))) int hidden(int a) { keep = hidden; return a; } int f(int a) { return hidden(a); }", "return a;", "return a + 1;")]
    [InlineData("KLP7021", "typedef int fn(int); int one(int a) { return a; } int two(int a) { return -a; } static fn *const ops[2] = { one, two }; fn *const *get(void) { return ops; }", "{ one, two }", "{ two, one }")]
    [InlineData("KLP7030", "int f(int a) { asm volatile(\"1: nop\\n.pushsection runtime_ptr_x,\\\"a\\\"\\n.long 1b-.\\n.popsection\"); return a; }", "return a", "return a + 1")]
    [InlineData("KLP7033", "int f(int a) { asm volatile(\"1: nop\\n.pushsection __some_table,\\\"a\\\"\\n.long 1b-.\\n.popsection\"); return a; }", "return a", "return a + 1")]
    [InlineData("KLP7033", "int f(int a) { return a; } asm(\".pushsection .hooks,\\\"a\\\"\\n.quad 1\\n.popsection\");", ".quad 1", ".quad 2")]
    [InlineData("KLP7033", "__attribute__((section(\".idmap.text\"))) int f(int a) { return a; }", "return a", "return a + 1")]
    [InlineData("KLP7033", "static const int table[40] = { 1, 2 }; int read(int i) { return table[i]; } int f(void) { long v; asm(\"adrp %0, .Lx\\nldr %0, [%0, #:lo12:.Lx]\" : \"=r\"(v)); return v; } asm(\".pushsection .rodata.table,\\\"a\\\"\\n.balign 8\\n.Lx: .quad 5\\n.popsection\");", ".quad 5", ".quad 6")]
    [InlineData("KLP7033", "static const int entry __attribute__((used, section(\"__timer_of_table\"))) = 5; int f(int a) { return a; }", "static const int entry __attribute__((used, section(\"__timer_of_table\"))) = 5;", "")]
    [InlineData("KLP7038", "int f(int a) { return a; }", "int f(int a) { return a; }", "int f(int a) { return a; } extern int used_elsewhere(int) __attribute__((alias(\"f\")));")]
    [InlineData("KLP7023", "static int limit = 5; void set(int v) { limit = v; } int get(void) { return limit; }", "limit = v;", "")]
    [InlineData("KLP7034", "int f(int a) { return a; } asm(\".pushsection .export_symbol,\\\"a\\\"\\n.quad 0\\n.popsection\");", ".quad 0", ".quad 1")]
    [InlineData("KLP7023", "int f(int a) { static int old; old += a; return old; }", "static int old; old += a; return old;", "static int renamed; renamed += a; return renamed;")]
    [InlineData("KLP7023", "static int old[5]; int f(int a) { old[a]++; return old[0]; }", "static int old[5]; int f(int a) { old[a]++; return old[0];", "static int made[5]; int f(int a) { made[a]++; return made[0];")]
    [InlineData("KLP7023", "static int hits; int f(int a) { hits += a; return hits; }", "static int hits; int f(int a) { hits += a; return hits;", "int f(int a) { static long hits; hits += a; return hits;")]
    [InlineData("KLP7023", "static int old; int f(int a) { old += a; return old; } int g(int a) { old = a; return a; }", "static int old; int f(int a) { old += a; return old; } int g(int a) { old = a;", "static long made; int f(int a) { made += a; return made; } int g(int a) { made = a;")]
    [InlineData("KLP7007", "__attribute__((noinline, section(\".init.text\"))) int start(int a) { return a; } int f(int a) { return a; }", "f(int a) { return a", "f(int a) { return start(a)")]
    [InlineData("KLP7007", "__attribute__((section(\".init.data\"))) int setting = 3; int f(int a) { return a; }", "f(int a) { return a", "f(int a) { return setting + a")]
    [InlineData("KLP7023", "int f(int a) { static int count; count += a; return count; } int g(int a) { return a; }", "static int count; count += a; return count; } int g(int a) { return a;", "return a; } int g(int a) { static int count; count += a; return count;")]
    [InlineData("KLP7021", "__attribute__((section(\".data..ro_after_init\"))) int value = 3; int get(void) { return value; }", "__attribute__((section(\".data..ro_after_init\")))", "")]
    [InlineData("KLP7021", "int value = 3; int get(void) { return value; }", "int value", "__attribute__((section(\".data..percpu\"))) int value")]
    [InlineData("KLP7021", "int value = 3; int get(void) { return value; }", "int value", "__attribute__((aligned(64))) int value")]
    [InlineData("KLP7033", "int f(int a) { return a; }", "int f(", "static const int entry __attribute__((used, section(\"__timer_of_table\"))) = 5; int f(")]
    [InlineData("KLP7038", "int f(int a) { return a; } int helper(int a) { return a + 2; }", "int helper(int a) { return a + 2; }", "")]
    [InlineData("KLP7038", "int f(int a) { return a; }", "int f(", "void used_elsewhere(void) { asm(\"nop\"); } int f(")]
    [InlineData("KLP7037", "int f(int a) { return a; }", "int f(int a) { return a; }", "extern int nowhere(int); int f(int a) { return nowhere(a); }")]
    public void What_cannot_be_right_is_refused_by_name(string code, string source, string old, string made)
    {
        using SmallKernel kernel = new(source);
        Assert.Null(kernel.Plan(old, made));
        Assert.Contains(kernel.Diagnostics, diagnostic => diagnostic.Code == code);
        Assert.All(kernel.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error), diagnostic => Assert.Equal(code, diagnostic.Code));
    }

    /// <summary>The kernel's was freed as it had started, so that the livepatch brings its own.</summary>
    [Fact]
    public void A_function_that_is_no_more_for_the_start_alone_is_taken_along()
    {
        const string source = """
            #define INIT __attribute__((section(".init.text")))
            static INIT __attribute__((noinline)) int setup(int a) { return a * 3; }
            INIT int start(int a) { return setup(a); }
            int run(int a) { return a; }
            """;
        using SmallKernel kernel = new(source);
        ExtractionPlan plan = kernel.PlanFor(source.Replace("static INIT", "static").Replace("return a; }", "return setup(a); }"))!;
        Assert.Empty(kernel.Diagnostics);
        Assert.Equal(["run"], plan.Functions.Select(function => function.Symbol.Name));
        Assert.Equal(["run", "setup"], plan.Parts.Select(part => part.Part.Name).Order());
    }

    [Theory]
    [InlineData("removal of the module alone (__exit)", "__attribute__((section(\".exit.text\"))) int bye(int a) { return a; }", "return a", "return a + 1")]
    [InlineData("it has run", "__attribute__((section(\".init.text\"))) int begin(int a) { return a; }", "return a", "return a + 1")]
    [InlineData("Change the functions that use what it holds.", "const int limits[2] = { 1, 2 }; int f(int a) { return a; }", "{ 1, 2 }", "{ 1, 3 }")]
    [InlineData("Change its value in a pre_patch callback", "int limit = 1; int f(int a) { return a + limit; }", "= 1", "= 2")]
    [InlineData("It was read at the start alone", "static int limit = 1; __attribute__((section(\".init.text\"))) int begin(int a) { return a + limit++; }", "= 1", "= 2")]
    public void The_advice_is_one_for_what_was_changed(string advice, string source, string old, string made)
    {
        using SmallKernel kernel = new(source);
        Assert.Null(kernel.Plan(old, made));
        Assert.Contains(advice, Assert.Single(kernel.Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_behind_one_that_grew_in_its_section_did_not_change()
    {
        const string source = """
            #define SHARED __attribute__((noinline, section(".sched.text")))
            static SHARED int helper(int a) { return a * 5; }
            SHARED int one(int a) { return helper(a); }
            SHARED int two(int a) { return one(a) + helper(a); }
            """;
        using SmallKernel kernel = new(source);
        UnitDiff diff = kernel.Diff(source.Replace("int one(int a) {", "int one(int a) { asm volatile(\"nop\");", StringComparison.Ordinal));
        Assert.Equal(["one"], diff.Changed.Select(part => part.Name));
    }

    [Fact]
    public void The_object_is_one_that_the_linker_takes_and_has_what_the_plan_says()
    {
        using SmallKernel kernel = new(Counter);
        using TempFolder folder = new();
        ExtractionPlan plan = kernel.Plan("count(a) + calls", "count(a) - calls")!;
        File.WriteAllBytes(folder["made.o"], new ExtractionApplier(plan, "made.o").Apply().ToArray());

        Tool.Run(Tool.Arm64 + "ld", ["-r", folder["made.o"], "-o", folder["linked.o"]]);
        string symbols = Tool.Run(Tool.Arm64 + "nm", folder["linked.o"]).Output;
        Assert.Contains(" T livepatch_first", symbols, StringComparison.Ordinal);
        Assert.Contains(" U .klp.sym.rela.vmlinux.vmlinux.count,0", symbols, StringComparison.Ordinal);
        Assert.DoesNotContain("second", symbols, StringComparison.Ordinal);
        ElfObject linked = ElfObject.Open(folder["linked.o"]);
        Assert.Equal(8UL, linked.FindSection("__patchable_function_entries")!.Size);
    }

    /// <summary>The kernel makes a copy for each CPU only of the one section of a module that has this name.</summary>
    [Theory]
    [InlineData("..read_mostly")]
    [InlineData("..shared_aligned")]
    [InlineData("")]
    public void A_new_variable_that_is_per_CPU_is_so_in_a_module(string section)
    {
        using SmallKernel kernel = new(Counter);
        using TempFolder folder = new();
        ExtractionPlan plan = kernel.PlanFor($"__attribute__((section(\".data..percpu{section}\"))) int fresh = 3, other = 4; {Counter.Replace("count(a) + calls", "count(a) - calls + fresh + other")}")!;
        File.WriteAllBytes(folder["made.o"], new ExtractionApplier(plan, "made.o").Apply().ToArray());
        Tool.Run(Tool.Arm64 + "ld", ["-r", folder["made.o"], "-o", folder["linked.o"]]);
        ElfSection percpu = Assert.Single(ElfObject.Open(folder["linked.o"]).Sections, made => made.Name.StartsWith(".data..percpu", StringComparison.Ordinal));
        Assert.Equal((".data..percpu", 8UL), (percpu.Name, percpu.Size));
    }

    private static IEnumerable<string> LivepatchNames(ExtractionPlan plan, SmallKernel kernel)
    {
        Assert.Empty(kernel.Diagnostics);
        return plan.Decisions.Values.Where(decision => decision.Kind == ReferenceKind.Livepatch).Select(decision => decision.Symbol!.Name).Distinct().Order(StringComparer.Ordinal);
    }

    // The name that the kernel's compile gave to the static variable of a function.
    private static string NameIn(SmallKernel kernel, string function)
    {
        UnitObject unit = kernel.Diff(kernel.Source).Original;
        UnitPart user = unit.Parts.Single(part => part.Name == function);
        return unit.ReferencesOf(user).Select(reference => reference.Target?.Name ?? "").First(name => name.StartsWith("calls", StringComparison.Ordinal));
    }
}
