using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

[Trait("Needs", "kernel")]
public class DecisionTests(DecisionTests.Modules modules) : IClassFixture<DecisionTests.Modules>
{
    [Fact]
    public void Exports_of_vmlinux_stay()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["exported"]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertLeaves("seq_printf");
        plan.AssertLeaves("klp_enable_patch");
        Assert.Equal("vmlinux exports it", plan.Decision("seq_printf").Reason);
        Assert.Empty(plan.Moves);
    }

    [Theory]
    [InlineData("show_val_kb", ".klp.rela.vmlinux..text")]
    [InlineData("vm_commit_limit", ".klp.rela.vmlinux..text")]
    [InlineData("max_user_watches", ".klp.rela.vmlinux..text", ".klp.rela.vmlinux..data")]
    [InlineData("totalreserve_pages", ".klp.rela.vmlinux..text", ".klp.rela.vmlinux..data")]
    [InlineData("version_proc_show", ".klp.rela.vmlinux..rodata")]
    [InlineData("uptime_proc_show", ".klp.rela.vmlinux..rodata", ".klp.rela.vmlinux..data")]
    [InlineData("loadavg_proc_show", ".klp.rela.vmlinux..init.text")]
    public void Functions_and_data_that_vmlinux_does_not_export_are_converted_where_they_are_used(string name, params string[] sections)
    {
        ConversionPlan plan = DemoConversion.Plan(modules["unexported"]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts(name, $"vmlinux:{name}", sections);
    }

    [Fact]
    public void Every_relocation_that_readelf_shows_of_a_loaded_section_moves()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["unexported"]);
        HashSet<string> converted = [.. plan.Decisions.Where(decision => decision.Kind == SymbolDecisionKind.Livepatch).Select(decision => decision.Name)];
        Assert.Equal(7, converted.Count);
        Assert.Equal(
            Readelf.Relocations(modules["unexported"]).Where(relocation => converted.Contains(relocation.Symbol) && !relocation.Section.Contains("debug", StringComparison.Ordinal)).Select(relocation => (relocation.Section, relocation.Offset)),
            plan.Moves.Select(move => (move.Section.Name, move.Relocation.Offset)));
    }

    [Fact]
    public void There_is_a_decision_for_each_undefined_symbol_in_the_order_of_the_table()
    {
        string[] undefined = [.. Readelf.Symbols(modules["unexported"]).Where(symbol => symbol.Index == "UND" && symbol.Name.Length > 0).Select(symbol => symbol.Name)];
        Assert.Equal(undefined, DemoConversion.Plan(modules["unexported"]).Decisions.Select(decision => decision.Name));
    }

    [Fact]
    public void An_export_of_the_patched_module_is_converted_so_that_the_module_may_be_loaded_later()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["patched_exports"]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts("zs_get_total_pages", "zsmalloc:zs_get_total_pages", ".klp.rela.zsmalloc..text");
    }

    [Fact]
    public void An_export_of_another_module_stays_and_is_told_to_be_a_dependency()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["other_exports"]);
        Diagnostic info = Expect.Info("KLP3014", plan.Diagnostics);
        Assert.Contains("'zs_get_total_pages' is exported by the module zsmalloc", info.Message, StringComparison.Ordinal);
        Assert.Equal(At("other_exports.c", "the use"), (info.Place!.File, info.Place.Line));
        plan.AssertLeaves("zs_get_total_pages");
    }

    [Theory]
    [InlineData("patched_exports", "", "zsmalloc")]
    [InlineData("other_exports", null, "zsmalloc")]
    [InlineData("only_annotated", "", "zsmalloc")]
    [InlineData("exported", null, "")]
    public void A_module_whose_exports_are_imported_no_more_is_taken_from_modinfos_dependencies(string module, string? planned, string before)
    {
        Assert.Equal(before, Tool.Run("modinfo", "-F", "depends", modules[module]).Output.Trim());
        Assert.Equal(planned, DemoConversion.Plan(modules[module]).Depends);
        Assert.Equal(planned, DemoConversion.Plan(modules[module], DemoConversion.Context with { Exports = null }).Depends);
    }

    [Fact]
    public void Exports_are_known_without_Module_symvers()
    {
        foreach (string module in (string[])["exported", "unexported", "patched_exports", "other_exports", "weak"])
        {
            Assert.Equal(
                DemoConversion.Plan(modules[module]).Decisions.Select(decision => (decision.Name, decision.Kind, decision.Target)),
                DemoConversion.Plan(modules[module], DemoConversion.Context with { Exports = null }).Decisions.Select(decision => (decision.Name, decision.Kind, decision.Target)));
        }
    }

    [Fact]
    public void A_weak_symbol_that_nothing_exports_stays()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["weak"]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertLeaves("perhaps_somewhere");
    }

    [Fact]
    public void A_symbol_that_is_nowhere_is_an_error_at_the_line_that_uses_it()
    {
        Diagnostic error = Expect.Error("KLP3001", DemoConversion.Plan(modules["unknown"]).Diagnostics);
        Assert.Equal(At("unknown.c", "the use"), (error.Place!.File, error.Place.Line));
        Assert.Contains("'no_such_function', used by helper()", error.Message, StringComparison.Ordinal);
        Assert.Contains(DemoTree.Tree.Release, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("KLP_RELOC_SYMBOL", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_symbol_that_only_data_uses_is_an_error_at_the_variables_line()
    {
        Diagnostic error = Expect.Error("KLP3001", DemoConversion.Plan(modules["unknown_data"]).Diagnostics);
        Assert.Equal(At("unknown_data.c", "*table[2]"), (error.Place!.File, error.Place.Line));
        Assert.Contains("used by table", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("feature_matches", "feature_matches.isra.0")]
    [InlineData("unwind_find_stack", "unwind_find_stack.constprop.0")]
    public void A_function_that_only_exists_as_a_clone_is_an_error_that_names_the_clones(string name, string clone)
    {
        Assert.Equal([clone], Nm.Names(DemoTree.Vmlinux).Where(symbol => symbol == name || symbol.StartsWith(name + ".", StringComparison.Ordinal)).Distinct());
        Diagnostic error = Expect.Error("KLP3001", DemoConversion.Plan(modules["clone_of_" + name]).Diagnostics);
        Assert.Contains($"'{name}'", error.Message, StringComparison.Ordinal);
        Assert.Contains($"other versions of it: {clone}.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_unknown_symbols_are_told_at_once()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["several_unknown"]);
        Expect.Codes(plan.Diagnostics, "KLP3001", "KLP3002", "KLP3001");
        Assert.Throws<InvalidOperationException>(() => ConversionApplier.Apply(plan));
    }

    [Fact]
    public void A_static_symbol_of_a_module_that_is_not_patched_is_converted_and_told_to_be_a_dependency()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["foreign_static"]);
        Diagnostic info = Expect.Info("KLP3014", plan.Diagnostics);
        Assert.Contains("zram", info.Message, StringComparison.Ordinal);
        Assert.Equal(At("foreign_static.c", "the use"), (info.Place!.File, info.Place.Line));
        plan.AssertConverts("zram_major", "zram:zram_major", ".klp.rela.vmlinux..text");
    }

    [Fact]
    public void A_name_in_the_patched_module_is_preferred_to_one_in_another_module()
    {
        // Both zsmalloc and zram have a huge_class_size.
        ConversionPlan plan = DemoConversion.Plan(modules["near"]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts("huge_class_size", "zram:huge_class_size", ".klp.rela.zram..text");
    }

    [Fact]
    public void A_name_in_two_modules_of_which_none_is_patched_is_ambiguous()
    {
        Diagnostic error = Expect.Error("KLP3002", DemoConversion.Plan(modules["far"]).Diagnostics);
        Assert.Matches(@"\n    zsmalloc, position 0: data of 8 bytes at \.bss\+0x[0-9a-f]+ in mm/zsmalloc\.c\n    zram, position 0: data of 8 bytes at \.\w+\+0x[0-9a-f]+ in drivers/block/zram/zram_drv\.c\n", error.Message);
    }

    [Theory]
    [InlineData("5.8.11", ".klp.rela.vmlinux..text")]
    [InlineData("5.4.11", ".klp.rela.zram..text")]
    public void With_a_database_alone_the_modules_vermagic_tells_the_dialect(string release, string section)
    {
        ElfObject module = ElfObject.Open(modules["of_module"]);
        ElfDataSection info = (ElfDataSection)module.FindSection(".modinfo")!;
        string text = System.Text.Encoding.Latin1.GetString(info.Contents);
        string own = $"vermagic={DemoTree.Tree.Release} ";
        Assert.Contains(own, text, StringComparison.Ordinal);
        info.SetContents(System.Text.Encoding.Latin1.GetBytes(text.Replace(own, $"vermagic={release} ", StringComparison.Ordinal)));
        ConversionPlan plan = DemoConversion.Plan(module, new ConversionContext { Database = DemoTree.Database });
        Expect.NothingWrong(plan.Diagnostics);
        plan.AssertConverts("totalreserve_pages", "vmlinux:totalreserve_pages", section);
    }

    [Fact]
    public void With_a_database_alone_what_was_not_checked_is_told_once()
    {
        Assert.Contains("module zram is not at hand", Expect.Info("KLP3016", DemoConversion.Plan(modules["near"], new ConversionContext { Database = DemoTree.Database }).Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_decision_has_a_reason_in_words()
    {
        foreach (string module in (string[])["exported", "unexported", "patched_exports", "other_exports", "weak", "unknown"])
        {
            ConversionPlan plan = DemoConversion.Plan(modules[module]);
            Assert.All(plan.Decisions, decision => Assert.NotEmpty(decision.Reason));
            Assert.All(plan.Moves, move => Assert.NotEmpty(move.Reason));
        }
    }

    private (string File, int Line) At(string file, string text) => (modules.Source(file), modules.LineOf(file, text));

    public sealed class Modules() : KbuildModules(
        new KbuildModule("exported", """
            static int new_show(struct seq_file *m, void *v)
            {
            	seq_printf(m, "patched %d", m->count);
            	return 0;
            }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """),
        new KbuildModule("unexported", """
            extern void show_val_kb(struct seq_file *m, const char *s, unsigned long num);
            extern unsigned long vm_commit_limit(void), totalreserve_pages;
            extern long max_user_watches;
            extern int version_proc_show(struct seq_file *m, void *v), uptime_proc_show(struct seq_file *m, void *v);
            extern int loadavg_proc_show(struct seq_file *m, void *v);

            static int (*const shows[])(struct seq_file *m, void *v) = { version_proc_show, uptime_proc_show };
            static unsigned long *numbers[] = { &totalreserve_pages, (unsigned long *)&max_user_watches };
            static struct { char name[12]; void *show; } __packed odd[] = { { "up", uptime_proc_show } };

            static int new_show(struct seq_file *m, void *v)
            {
            	show_val_kb(m, odd[m->index].name, vm_commit_limit());
            	show_val_kb(m, "", READ_ONCE(totalreserve_pages) + READ_ONCE(max_user_watches));
            	WRITE_ONCE(numbers[m->index], numbers[m->count]);
            	WRITE_ONCE(odd[m->index].show, NULL);
            	return shows[m->index & 1](m, v);
            }

            static int __init early(void) { return loadavg_proc_show(NULL, NULL); }
            #undef module_init
            #define module_init(start) int __init init_module(void) { return early() ?: start(); }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """),
        new KbuildModule("patched_exports", """
            extern unsigned long zs_get_total_pages(void *pool);
            static unsigned long new_compact(void *pool) { return zs_get_total_pages(pool); }
            PATCH(IN_MODULE(zsmalloc, REPLACE(zs_compact, new_compact)));
            """),
        new KbuildModule("other_exports", """
            extern unsigned long zs_get_total_pages(void *pool);
            static ssize_t new_show(void *dev, void *attr, char *buf)
            {
            	return zs_get_total_pages(dev); /* the use */
            }
            PATCH(IN_MODULE(zram, REPLACE(initstate_show, new_show)));
            """),
        new KbuildModule("of_module", """
            extern unsigned long totalreserve_pages;
            static ssize_t new_show(void *dev, void *attr, char *buf) { return READ_ONCE(totalreserve_pages); }
            PATCH(IN_MODULE(zram, REPLACE(initstate_show, new_show)));
            """),
        new KbuildModule("only_annotated", """
            extern unsigned long zs_get_total_pages(void *pool);
            static struct KLP_MODULE_RELOC(zsmalloc) relocs[] = { KLP_SYMPOS(zs_get_total_pages, 0) };
            static int new_show(struct seq_file *m, void *v) { return 0; }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """),
        new KbuildModule("weak", """
            extern int perhaps_somewhere(void) __weak;
            static int new_show(struct seq_file *m, void *v) { return perhaps_somewhere ? perhaps_somewhere() : 0; }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """),
        new KbuildModule("unknown", """
            extern int no_such_function(struct seq_file *m);
            static noinline int helper(struct seq_file *m)
            {
            	seq_puts(m, "x");
            	return no_such_function(m); /* the use */
            }
            static int new_show(struct seq_file *m, void *v) { return helper(m) + 1; }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """),
        new KbuildModule("unknown_data", """
            extern int no_such_data;
            static int *table[2] = { &no_such_data };
            static int new_show(struct seq_file *m, void *v) { table[m->index] = NULL; return *table[m->count]; }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """),
        CloneOf("feature_matches"),
        CloneOf("unwind_find_stack"),
        new KbuildModule("several_unknown", """
            extern void no_such_function(void), another_one(void);
            extern void init_once(void *);
            static int new_show(struct seq_file *m, void *v) { no_such_function(); init_once(m); another_one(); return 0; }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """),
        new KbuildModule("foreign_static", """
            extern int zram_major;
            static int new_show(struct seq_file *m, void *v)
            {
            	return READ_ONCE(zram_major); /* the use */
            }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """),
        new KbuildModule("near", """
            extern size_t huge_class_size;
            static ssize_t new_show(void *dev, void *attr, char *buf) { return READ_ONCE(huge_class_size); }
            PATCH(IN_MODULE(zram, REPLACE(initstate_show, new_show)));
            """),
        new KbuildModule("far", """
            extern size_t huge_class_size;
            static int new_show(struct seq_file *m, void *v) { return READ_ONCE(huge_class_size); }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """))
    {
        private static KbuildModule CloneOf(string name) => new($"clone_of_{name}", $$"""
            extern int {{name}}(int);
            static int new_show(struct seq_file *m, void *v) { return {{name}}(m->index) + 1; }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """);
    }
}
