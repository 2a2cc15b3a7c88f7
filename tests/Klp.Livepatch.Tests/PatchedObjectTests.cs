using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

[Trait("Needs", "kernel")]
public class PatchedObjectTests(PatchedObjectTests.Modules modules) : IClassFixture<PatchedObjectTests.Modules>
{
    private const string NumDevices = ".klp.sym.rela.zram.zram.num_devices.0";

    [Theory]
    [InlineData("num_devices", "zram:num_devices", ".klp.rela.zram..text")]
    [InlineData("zram_major", "zram:zram_major", ".klp.rela.zram..text")]
    [InlineData("swap_bios", "dm_mod:swap_bios", ".klp.rela.dm_mod..text")]
    [InlineData("get_result_buffer", "dm_mod:get_result_buffer", ".klp.rela.dm_mod..text")]
    [InlineData("totalreserve_pages", "vmlinux:totalreserve_pages", ".klp.rela.vmlinux..text")]
    public void Files_that_patch_different_objects_each_use_static_symbols_of_their_own(string name, string target, string section)
    {
        ConversionPlan plan = DemoConversion.Plan(modules["several_files"]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts(name, target, section);
    }

    [Fact]
    public void One_file_may_patch_different_objects_where_no_helper_is_shared()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["one_file"]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts("num_devices", "zram:num_devices", ".klp.rela.zram..text");
        plan.AssertConverts("swap_bios", "dm_mod:swap_bios", ".klp.rela.dm_mod..text");
        plan.AssertConverts("totalreserve_pages", "vmlinux:totalreserve_pages", ".klp.rela.vmlinux..text");
    }

    [Fact]
    public void A_patch_of_one_module_may_use_a_static_symbol_of_another_that_is_patched_as_well()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["both_patched"]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts("zspage_cachep", "zsmalloc:zspage_cachep", ".klp.rela.zram..text");
        plan.AssertConverts("handle_cachep", "zsmalloc:handle_cachep", ".klp.rela.zsmalloc..text");
    }

    [Fact]
    public void A_patch_of_one_module_may_use_a_static_symbol_of_another_which_it_then_depends_on()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["other_module"]);
        Assert.Contains("zsmalloc", Expect.Info("KLP3014", plan.Diagnostics).Message, StringComparison.Ordinal);
        plan.AssertConverts("zspage_cachep", "zsmalloc:zspage_cachep", ".klp.rela.zram..text");
    }

    [Fact]
    public void One_symbol_used_by_the_patches_of_two_objects_moves_to_a_section_of_each()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["used_by_two"]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts("zspage_cachep", "zsmalloc:zspage_cachep", ".klp.rela.zram..text", ".klp.rela.zsmalloc..text");
    }

    [Fact]
    public void A_helper_that_two_objects_share_is_an_error_that_says_which_and_how_to_mend_it()
    {
        Diagnostic error = Expect.Error("KLP3008", DemoConversion.Plan(modules["shared_helper"]).Diagnostics);
        Assert.Equal((modules.Source("shared_helper.c"), modules.LineOf("shared_helper.c", "the use")), (error.Place!.File, error.Place.Line));
        Assert.Contains("helper() can be reached from code that patches dm_mod and from code that patches zram", error.Message, StringComparison.Ordinal);
        Assert.Contains("KLP_RELOC_SYMBOL(<patched object>, zram, num_devices)", error.Message, StringComparison.Ordinal);
        Assert.Contains(".c file of its own", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_declaration_says_which_object_a_shared_helper_patches()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["shared_helper_declared"]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts(NumDevices, "zram:num_devices", ".klp.rela.zram..text");
    }

    [Fact]
    public void Symbols_of_vmlinux_are_resolved_at_load_whoever_shares_the_helper()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["shared_helper_of_vmlinux"]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts("totalreserve_pages", "vmlinux:totalreserve_pages", ".klp.rela.vmlinux..text");
    }

    [Fact]
    public void Code_that_patches_vmlinux_and_uses_a_symbol_of_a_patched_module_is_an_error()
    {
        Diagnostic error = Expect.Error("KLP3008", DemoConversion.Plan(modules["vmlinux_uses_module"]).Diagnostics);
        Assert.Equal(modules.LineOf("vmlinux_uses_module.c", "the use"), error.Place!.Line);
        Assert.Contains("new_show() patches vmlinux and uses 'num_devices' of the module zram", error.Message, StringComparison.Ordinal);
        Assert.Contains("KLP_RELOC_SYMBOL(zram, zram, num_devices)", error.Message, StringComparison.Ordinal);
        Assert.Contains("KLP_RELOC_SYMBOL(vmlinux, zram, num_devices)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vmlinux_uses_module_late", ".klp.sym.rela.zram.zram.num_devices.0", ".klp.rela.zram..text")]
    [InlineData("vmlinux_uses_module_early", ".klp.sym.rela.vmlinux.zram.num_devices.0", ".klp.rela.vmlinux..text")]
    public void Either_declaration_that_the_error_offers_converts(string module, string name, string section)
    {
        ConversionPlan plan = DemoConversion.Plan(modules[module]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts(name, "zram:num_devices", section);
    }

    [Fact]
    public void A_table_of_pointers_belongs_to_the_object_whose_patch_reads_it()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["pointers"]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts("num_devices", "zram:num_devices", ".klp.rela.zram..data");
        plan.AssertConverts("zram_major", "zram:zram_major", ".klp.rela.zram..rodata");
    }

    [Fact]
    public void Data_that_the_patches_of_two_objects_read_is_an_error()
    {
        string message = Expect.Error("KLP3008", DemoConversion.Plan(modules["shared_pointer"]).Diagnostics).Message;
        Assert.Contains("number can be reached from code that patches dm_mod and from code that patches zram", message, StringComparison.Ordinal);
        Assert.DoesNotContain(".c file of its own", message, StringComparison.Ordinal);
    }

    // The first and the last function of each file, whichever file the linker puts first.
    [Theory]
    [InlineData("num_devices", "zram")]
    [InlineData("zram_major", "zram")]
    [InlineData("swap_bios", "dm_mod")]
    [InlineData("reserved_bio_based_ios", "dm_mod")]
    public void A_function_at_either_end_of_a_file_is_of_that_file(string name, string target)
    {
        ConversionPlan plan = DemoConversion.Plan(modules["neighbours"]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts(name, $"{target}:{name}", $".klp.rela.{target}..text");
    }

    [Fact]
    public void A_callback_serves_its_object()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["callbacks"]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts("num_devices", "zram:num_devices", ".klp.rela.zram..text");
    }

    [Fact]
    public void Code_that_nothing_reaches_belongs_to_the_only_patched_object()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["exit_code"]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts("num_devices", "zram:num_devices", ".klp.rela.zram..exit.text");
    }

    [Fact]
    public void Code_that_nothing_reaches_belongs_to_the_object_of_its_symbol_where_that_is_patched()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["exit_code_of_several"]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts("num_devices", "zram:num_devices", ".klp.rela.zram..exit.text");
    }

    [Fact]
    public void Tables_that_are_made_at_run_time_leave_the_patched_object_unknown()
    {
        Diagnostic error = Expect.Error("KLP3008", DemoConversion.Plan(modules["run_time_tables"]).Diagnostics);
        Assert.Contains("no patched function reaches new_show()", error.Message, StringComparison.Ordinal);
        Assert.Contains("nothing that can be seen in its tables", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_declaration_helps_where_tables_are_made_at_run_time()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["run_time_tables_declared"]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts(NumDevices, "zram:num_devices", ".klp.rela.zram..text");
    }

    [Fact]
    public void Kernels_before_5_8_resolve_symbols_of_vmlinux_with_the_object_that_is_patched()
    {
        ConversionContext old = DemoConversion.Context with { Dialect = KernelDialect.For(new KernelVersion(5, 7)) };
        ConversionPlan plan = DemoConversion.Plan(modules["old_kernel"], old);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts("totalreserve_pages", "vmlinux:totalreserve_pages", ".klp.rela.zram..text", ".klp.rela.vmlinux..text");
        DemoConversion.Plan(modules["old_kernel"]).AssertConverts("totalreserve_pages", "vmlinux:totalreserve_pages", ".klp.rela.vmlinux..text");
    }

    private const string ZramShow = "ssize_t new_initstate(void *dev, void *attr, char *buf)";

    private static string Shared(string declaration, string name) => $$"""
        {{declaration}};
        static noinline int helper(int x)
        {
        	return READ_ONCE({{name}}) + x; /* the use */
        }
        static {{ZramShow}} { return helper(1) + 1; }
        static int new_dm(int x) { return helper(x) + 2; }
        PATCH(IN_MODULE(zram, REPLACE(initstate_show, new_initstate)), IN_MODULE(dm_mod, REPLACE(dm_table_find_target, new_dm)));
        """;

    // The compiler may place them in either order: both helpers are local, and one is at each end.
    private static string Ends(string function, string first, string last) => $$"""
        extern int {{first}}, {{last}};
        static noinline int first_{{function}}(int x) { return READ_ONCE({{first}}) + x; }
        int {{function}}(int x);
        static int last_{{function}}(int x);
        int {{function}}(int x) { return first_{{function}}(x) + last_{{function}}(x) + 1; }
        static noinline int last_{{function}}(int x) { return READ_ONCE({{last}}) - x; }
        """;

    private static string FromVmlinux(string annotation) => $$"""
        extern unsigned int num_devices {{annotation}};
        static int new_show(struct seq_file *m, void *v)
        {
        	return READ_ONCE(num_devices); /* the use */
        }
        static {{ZramShow}} { return 0; }
        PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)), IN_MODULE(zram, REPLACE(initstate_show, new_initstate)));
        """;

    private static string RunTimeTables(string annotation) => $$"""
        extern unsigned int num_devices {{annotation}};
        static noinline int new_show(int x) { return READ_ONCE(num_devices) + x; }
        static struct klp_func functions[2];
        static struct klp_object objects[2];
        static struct klp_patch patch;
        static int __init start(void)
        {
        	functions[0].old_name = "initstate_show";
        	functions[0].new_func = new_show;
        	objects[0].name = "zram";
        	objects[0].funcs = functions;
        	patch.mod = THIS_MODULE;
        	patch.objs = objects;
        	return klp_enable_patch(&patch);
        }
        module_init(start);
        MODULE_LICENSE("GPL");
        MODULE_INFO(livepatch, "Y");
        """;

    private static string Exit(string others) => $$"""
        extern unsigned int num_devices;
        static {{ZramShow}} { return 0; }
        static int new_show(struct seq_file *m, void *v) { return 0; }
        static struct klp_func vmlinux_functions[] __maybe_unused = { REPLACE(cmdline_proc_show, new_show), { } };
        static struct klp_func functions[] = { REPLACE(initstate_show, new_initstate), { } };
        static struct klp_object objects[] = { { .name = "zram", .funcs = functions }, {{others}} { } };
        static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objects };
        static int __init start(void) { return klp_enable_patch(&patch); }
        static void __exit stop(void) { pr_info("%u\n", READ_ONCE(num_devices)); }
        module_init(start);
        module_exit(stop);
        MODULE_LICENSE("GPL");
        MODULE_INFO(livepatch, "Y");
        """;

    public sealed class Modules() : KbuildModules(
        new KbuildModule("several_files",
            new SourceFile("several_zram.c", $$"""
                extern unsigned int num_devices;
                extern int zram_major;
                {{ZramShow}};
                static noinline int helper(int x) { return READ_ONCE(zram_major) + x; }
                {{ZramShow}} { return helper(READ_ONCE(num_devices)) + 1; }
                """),
            new SourceFile("several_dm.c", """
                extern int swap_bios;
                extern void *get_result_buffer(void *param, size_t param_size, size_t *len);
                int new_dm(int x);
                static noinline int helper(int x) { return READ_ONCE(swap_bios) + x; }
                static noinline int second_helper(int x) { return get_result_buffer(NULL, helper(x), NULL) == NULL; }
                int new_dm(int x) { return second_helper(x) + 1; }
                """),
            new SourceFile("several_main.c", $$"""
                extern unsigned long totalreserve_pages;
                {{ZramShow}};
                int new_dm(int x);
                static noinline int helper(int x) { return READ_ONCE(totalreserve_pages) + x; }
                static int new_show(struct seq_file *m, void *v) { return helper(m->index) + 1; }
                PATCH(
                	IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)),
                	IN_MODULE(zram, REPLACE(initstate_show, new_initstate)),
                	IN_MODULE(dm_mod, REPLACE(dm_table_find_target, new_dm)));
                """)),
        new KbuildModule("one_file", $$"""
            extern unsigned int num_devices;
            extern int swap_bios;
            extern unsigned long totalreserve_pages;
            static {{ZramShow}} { return READ_ONCE(num_devices); }
            static int new_dm(int x) { return READ_ONCE(swap_bios); }
            static int new_show(struct seq_file *m, void *v) { return READ_ONCE(totalreserve_pages); }
            PATCH(
            	IN_MODULE(zram, REPLACE(initstate_show, new_initstate)),
            	IN_MODULE(dm_mod, REPLACE(dm_table_find_target, new_dm)),
            	IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """),
        new KbuildModule("both_patched", $$"""
            extern void *zspage_cachep, *handle_cachep;
            static {{ZramShow}} { return READ_ONCE(zspage_cachep) == NULL; }
            static unsigned long new_compact(void *pool) { return READ_ONCE(handle_cachep) == NULL; }
            PATCH(IN_MODULE(zram, REPLACE(initstate_show, new_initstate)), IN_MODULE(zsmalloc, REPLACE(zs_compact, new_compact)));
            """),
        new KbuildModule("other_module", $$"""
            extern void *zspage_cachep;
            static {{ZramShow}} { return READ_ONCE(zspage_cachep) == NULL; }
            PATCH(IN_MODULE(zram, REPLACE(initstate_show, new_initstate)));
            """),
        new KbuildModule("used_by_two", $$"""
            extern void *zspage_cachep;
            static {{ZramShow}} { return READ_ONCE(zspage_cachep) == NULL; }
            static unsigned long new_compact(void *pool) { return READ_ONCE(zspage_cachep) == NULL; }
            PATCH(IN_MODULE(zram, REPLACE(initstate_show, new_initstate)), IN_MODULE(zsmalloc, REPLACE(zs_compact, new_compact)));
            """),
        new KbuildModule("shared_helper", Shared("extern unsigned int num_devices", "num_devices")),
        new KbuildModule("shared_helper_declared", Shared("extern unsigned int num_devices KLP_RELOC_SYMBOL(zram, zram, num_devices)", "num_devices")),
        new KbuildModule("shared_helper_of_vmlinux", Shared("extern unsigned long totalreserve_pages", "totalreserve_pages")),
        new KbuildModule("vmlinux_uses_module", FromVmlinux("")),
        new KbuildModule("vmlinux_uses_module_late", FromVmlinux("KLP_RELOC_SYMBOL(zram, zram, num_devices)")),
        new KbuildModule("vmlinux_uses_module_early", FromVmlinux("KLP_RELOC_SYMBOL(vmlinux, zram, num_devices)")),
        new KbuildModule("pointers", $$"""
            extern unsigned int num_devices;
            extern int zram_major;
            static unsigned int *numbers[2] = { &num_devices };
            static int *const majors[2] = { &zram_major };
            static {{ZramShow}}
            {
            	unsigned int *number = xchg(&numbers[buf[0]], NULL);
            	return *number + READ_ONCE(*majors[buf[1]]);
            }
            static int new_show(struct seq_file *m, void *v) { return m->index; }
            PATCH(IN_MODULE(zram, REPLACE(initstate_show, new_initstate)), IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """),
        new KbuildModule("shared_pointer", $$"""
            extern unsigned int num_devices;
            static unsigned int *number = &num_devices;
            static {{ZramShow}} { return xchg(&number, NULL) == NULL; }
            static int new_dm(int x) { return xchg(&number, NULL) == NULL; }
            PATCH(IN_MODULE(zram, REPLACE(initstate_show, new_initstate)), IN_MODULE(dm_mod, REPLACE(dm_table_find_target, new_dm)));
            """),
        new KbuildModule("neighbours",
            new SourceFile("neighbours_zram.c", Ends("new_zram", "num_devices", "zram_major")),
            new SourceFile("neighbours_dm.c", Ends("new_dm", "swap_bios", "reserved_bio_based_ios")),
            new SourceFile("neighbours_main.c", """
                int new_zram(int x), new_dm(int x);
                PATCH(IN_MODULE(zram, REPLACE(initstate_show, new_zram)), IN_MODULE(dm_mod, REPLACE(dm_table_find_target, new_dm)));
                """)),
        new KbuildModule("callbacks", $$"""
            extern unsigned int num_devices;
            static {{ZramShow}} { return 0; }
            static int new_show(struct seq_file *m, void *v) { return 0; }
            static void patched(struct klp_object *object) { pr_info("%u\n", READ_ONCE(num_devices)); }
            static struct klp_func functions[] = { REPLACE(initstate_show, new_initstate), { } };
            static struct klp_func vmlinux_functions[] = { REPLACE(cmdline_proc_show, new_show), { } };
            static struct klp_object objects[] = {
            	{ .funcs = vmlinux_functions },
            	{ .name = "zram", .funcs = functions, .callbacks.post_patch = patched },
            	{ }
            };
            static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objects };
            static int __init start(void) { return klp_enable_patch(&patch); }
            module_init(start);
            MODULE_LICENSE("GPL");
            MODULE_INFO(livepatch, "Y");
            """),
        new KbuildModule("exit_code", Exit("")),
        new KbuildModule("exit_code_of_several", Exit("{ .funcs = vmlinux_functions },")),
        new KbuildModule("run_time_tables", RunTimeTables("")),
        new KbuildModule("run_time_tables_declared", RunTimeTables("KLP_RELOC_SYMBOL(zram, zram, num_devices)")),
        new KbuildModule("old_kernel", $$"""
            extern unsigned long totalreserve_pages;
            static {{ZramShow}} { return READ_ONCE(totalreserve_pages); }
            static int new_show(struct seq_file *m, void *v) { return READ_ONCE(totalreserve_pages); }
            PATCH(IN_MODULE(zram, REPLACE(initstate_show, new_initstate)), IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """));
}
