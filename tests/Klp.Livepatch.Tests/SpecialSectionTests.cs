using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

[Trait("Needs", "kernel")]
public class SpecialSectionTests(SpecialSectionTests.Modules modules) : IClassFixture<SpecialSectionTests.Modules>
{
    [Fact]
    public void A_static_key_of_a_module_is_an_error_in_the_function_that_uses_it()
    {
        Diagnostic error = Expect.Error("KLP3015", DemoConversion.Plan(modules["module_key"]).Diagnostics);
        // The instruction comes from an inline function of the kernel.
        Assert.Equal(modules.Source("module_key.c"), error.Place!.File);
        Assert.InRange(error.Place.Line, modules.LineOf("module_key.c", "new_target(int x)"), modules.LineOf("module_key.c", "the use"));
        Assert.Contains("new_target() uses 'stats_enabled' of the module dm_mod through __jump_table", error.Message, StringComparison.Ordinal);
        Assert.Contains("static_key_enabled()", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_branch_on_a_static_key_of_a_module_is_an_error()
    {
        DiagnosticBag diagnostics = DemoConversion.Plan(modules["module_keys"]).Diagnostics;
        Expect.Codes(diagnostics, "KLP3015", "KLP3015");
        Assert.Equal(["first()", "second()"], diagnostics.Select(error => error.Message.Split(' ')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_call_of_a_modules_tracepoint_is_one_error_that_names_it()
    {
        Diagnostic error = Assert.Single(DemoConversion.Plan(modules["tracepoint"], WithTracepoint()).Diagnostics, found => found.Severity == DiagnosticSeverity.Error);
        Assert.Equal("KLP3015", error.Code);
        Assert.StartsWith("new_show() calls the tracepoint 'event' of the module zram, with trace_event().", error.Message, StringComparison.Ordinal);
        Assert.Contains("Leave the call out", error.Message, StringComparison.Ordinal);
        Assert.Equal((modules.Source("tracepoint.c"), modules.LineOf("tracepoint.c", "the use")), (error.Place!.File, error.Place.Line));
    }

    // No module of the demo kernel has a tracepoint.
    private static ConversionContext WithTracepoint()
    {
        using TempFolder folder = new();
        folder.Write("symbols.klp", "klp-convert-symbol-data.0.1\n*vmlinux\ncmdline_proc_show\n*zram\ninitstate_show\n__tracepoint_event\n__traceiter_event\n__SCK__tp_func_event\n");
        return DemoConversion.Context with { Database = DemoTree.OpenDatabase(folder["symbols.klp"]), Tree = null };
    }

    [Fact]
    public void The_way_out_that_the_error_offers_converts()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["module_key_enabled"]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts("stats_enabled", "dm_mod:stats_enabled", ".klp.rela.dm_mod..text");
    }

    [Fact]
    public void A_static_key_of_vmlinux_is_converted()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["vmlinux_key"]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts("trace_marker_exports_enabled", "vmlinux:trace_marker_exports_enabled", ".klp.rela.vmlinux.__jump_table");
    }

    [Fact]
    public void A_static_call_of_a_module_is_an_error() =>
        Assert.Contains("'zcomp_available_show' of the module zram through .static_call_sites", Expect.Error("KLP3015", DemoConversion.Plan(modules["static_call"]).Diagnostics).Message, StringComparison.Ordinal);

    [Fact]
    public void A_modules_symbol_in_an_alternative_is_an_error()
    {
        string message = Expect.Error("KLP3015", DemoConversion.Plan(modules["module_alternative"]).Diagnostics).Message;
        Assert.Contains("'zcomp_available_show' of the module zram inside an alternative", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_modules_symbol_in_the_original_of_an_alternative_is_an_error() =>
        Assert.Contains("inside an alternative", Refused("module_original").Message, StringComparison.Ordinal);

    [Fact]
    public void A_symbol_of_vmlinux_in_an_alternative_is_converted()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["vmlinux_alternative"]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts("show_val_kb", "vmlinux:show_val_kb", ".klp.rela.vmlinux..text");
    }

    [Fact]
    public void Alternatives_bugs_and_exceptions_next_to_a_modules_symbol_do_not_matter()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["other_tables"]);
        string[] sections = [.. Readelf.Sections(modules["other_tables"]).Select(section => section.Name)];
        Assert.Equal([".altinstructions", "__bug_table", "__ex_table", "__patchable_function_entries"], sections.Intersect([".altinstructions", "__bug_table", "__ex_table", "__patchable_function_entries"]).Order(StringComparer.Ordinal));
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts("num_devices", "zram:num_devices", ".klp.rela.zram..text");
    }

    [Theory]
    [InlineData("init_code", ".init.text")]
    [InlineData("init_data", ".init.data")]
    public void A_modules_symbol_in_what_is_freed_after_loading_is_an_error(string module, string section)
    {
        Diagnostic error = Expect.Error("KLP3015", DemoConversion.Plan(modules[module]).Diagnostics);
        Assert.Contains($"is in {section}, which is freed", error.Message, StringComparison.Ordinal);
        Assert.Contains("'num_devices' of the module zram", error.Message, StringComparison.Ordinal);
        Assert.Contains("__init", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Init_code_that_uses_a_modules_symbol_is_told_at_its_line() => Refused("init_code");

    private Diagnostic Refused(string module)
    {
        Diagnostic error = Expect.Error("KLP3015", DemoConversion.Plan(modules[module]).Diagnostics);
        Assert.Equal((modules.Source($"{module}.c"), modules.LineOf($"{module}.c", "the use")), (error.Place!.File, error.Place.Line));
        return error;
    }

    private const string PatchTarget = "PATCH(IN_MODULE(dm_mod, REPLACE(dm_table_find_target, new_target)));";
    private const string PatchZram = "PATCH(IN_MODULE(zram, REPLACE(initstate_show, new_show)));";

    public sealed class Modules() : KbuildModules(
        new KbuildModule("module_key", $$"""
            extern struct static_key_false stats_enabled;
            static int new_target(int x)
            {
            	if (static_branch_unlikely(&stats_enabled)) /* the use */
            		pr_info("x\n");
            	return x;
            }
            {{PatchTarget}}
            """),
        // On x86-64 objtool makes the entry of .static_call_sites.
        new KbuildModule("tracepoint", $$"""
            #include <linux/tracepoint.h>
            DECLARE_TRACE_EVENT(event, TP_PROTO(int x), TP_ARGS(x));
            static int new_show(int x)
            {
            	trace_event(x); /* the use */
            	asm volatile("1: nop\n.pushsection .static_call_sites, \"aw\"\n.word 1b - .\n.word __SCK__tp_func_event - .\n.popsection");
            	return x;
            }
            {{PatchZram}}
            """),
        new KbuildModule("module_keys", """
            extern struct static_key_false stats_enabled;
            static int first(int x) { return static_branch_unlikely(&stats_enabled) ? x : 1; }
            static int second(int x) { return static_branch_unlikely(&stats_enabled) ? x : 2; }
            PATCH(IN_MODULE(dm_mod, REPLACE(dm_table_find_target, first), REPLACE(dm_hold, second)));
            """),
        new KbuildModule("module_key_enabled", $$"""
            extern struct static_key_false stats_enabled;
            static int new_target(int x) { return static_key_enabled(&stats_enabled) ? x : 1; }
            {{PatchTarget}}
            """),
        new KbuildModule("vmlinux_key", $$"""
            extern struct static_key_false trace_marker_exports_enabled;
            static int new_target(int x) { return static_branch_unlikely(&trace_marker_exports_enabled) ? x : 1; }
            {{PatchTarget}}
            """),
        new KbuildModule("static_call", $$"""
            extern int zcomp_available_show(int);
            static int new_show(int x)
            {
            	asm volatile("1: nop\n.pushsection .static_call_sites, \"aw\"\n.word 1b - .\n.word zcomp_available_show - .\n.popsection");
            	return x;
            }
            {{PatchZram}}
            """),
        new KbuildModule("module_alternative", $$"""
            #include <asm/alternative.h>
            static int new_show(int x)
            {
            	asm volatile(ALTERNATIVE("nop", "bl zcomp_available_show", ARM64_ALWAYS_SYSTEM));
            	return x;
            }
            {{PatchZram}}
            """),
        new KbuildModule("module_original", $$"""
            #include <asm/alternative.h>
            static int new_show(int x)
            {
            	asm volatile(ALTERNATIVE("bl zcomp_available_show", "nop", ARM64_ALWAYS_SYSTEM)); /* the use */
            	return x;
            }
            {{PatchZram}}
            """),
        new KbuildModule("vmlinux_alternative", $$"""
            #include <asm/alternative.h>
            static int new_show(int x)
            {
            	asm volatile(ALTERNATIVE("nop", "bl show_val_kb", ARM64_ALWAYS_SYSTEM));
            	return x;
            }
            {{PatchZram}}
            """),
        new KbuildModule("other_tables", $$"""
            #include <linux/uaccess.h>
            extern unsigned int num_devices;
            static int new_show(int __user *x)
            {
            	int value = 0;

            	WARN_ON(!x);
            	asm volatile(ALTERNATIVE("nop", "isb", ARM64_ALWAYS_SYSTEM));
            	if (get_user(value, x))
            		return -EFAULT;
            	return READ_ONCE(num_devices) + value;
            }
            {{PatchZram}}
            """),
        new KbuildModule("init_code", """
            extern unsigned int num_devices;
            static int new_show(int x) { return x; }
            static int __init early(void)
            {
            	return READ_ONCE(num_devices); /* the use */
            }
            #undef module_init
            #define module_init(start) int __init init_module(void) { return early() ?: start(); }
            PATCH(IN_MODULE(zram, REPLACE(initstate_show, new_show)));
            """),
        new KbuildModule("init_data", """
            extern unsigned int num_devices;
            static unsigned int *early __initdata __used = &num_devices;
            static int new_show(int x) { return x; }
            PATCH(IN_MODULE(zram, REPLACE(initstate_show, new_show)));
            """));
}
