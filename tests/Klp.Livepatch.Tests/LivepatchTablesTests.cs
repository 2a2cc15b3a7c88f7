using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Facts;
using Klp.Livepatch.Modules;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

[Trait("Needs", "kernel")]
public class LivepatchTablesTests(LivepatchTablesTests.Modules modules) : IClassFixture<LivepatchTablesTests.Modules>
{
    [Theory]
    [InlineData("compound")]
    [InlineData("named")]
    public void Objects_functions_and_positions_are_read(string module) =>
        Assert.Equal(
            ["vmlinux: cmdline_proc_show,0 by show_cmdline", "vmlinux: init_once,3 by show_cmdline", "dm_mod: dm_hold,0 by hold"],
            Read(modules[module]));

    [Fact]
    public void They_are_read_after_conversion_as_before() =>
        Assert.Equal(Read(modules["named"]), Read(ElfObject.Read(DemoConversion.Convert(modules["named"]), "named.ko")));

    [Fact]
    public void Callbacks_are_read_with_their_object()
    {
        ElfObject module = ElfObject.Open(modules["callbacks"]);
        PatchedObject patched = Assert.Single(LivepatchTables.Read(module, LivepatchLayout.Usual).Objects);
        string[] names = [.. patched.Callbacks.Select(callback => module.Symbols.Single(symbol => symbol.Type == ElfSymbolType.Function && symbol.Section is { } section && new ElfPlace(section, symbol.Value) == callback.Place).Name)];
        Assert.Equal(["before", "after"], names);
    }

    [Fact]
    public void An_object_that_has_only_callbacks_is_patched()
    {
        LivepatchTables tables = LivepatchTables.Read(ElfObject.Open(modules["only_callbacks"]), LivepatchLayout.Usual);
        Assert.Equal(["vmlinux", "zram", "dm_mod"], tables.Objects.Select(patched => patched.Name));
        Assert.Equal([1, 0, 0], tables.Objects.Select(patched => patched.Functions.Count));
        Assert.Equal(["", "post_patch", ""], tables.Objects.Select(patched => string.Join(' ', patched.Callbacks.Select(callback => callback.Name))));
    }

    [Fact]
    public void Tables_in_read_only_data_are_read() => Assert.Equal(["zram: initstate_show,0 by show"], Read(modules["constant"]));

    [Fact]
    public void The_tables_of_the_kernels_own_klp_build_are_read() =>
        Assert.Equal(
            ["vmlinux: cmdline_proc_show,0 by show_cmdline", "vmlinux: init_once,3 by show_cmdline", "dm_mod: dm_hold,0 by hold"],
            Read(modules["external"]));

    [Fact]
    public void Other_tables_of_names_and_functions_are_none() => Assert.Equal(["vmlinux: cmdline_proc_show,0 by show"], Read(modules["similar"]));

    [Fact]
    public void Modules_of_the_kernel_patch_nothing()
    {
        foreach (string path in DemoTree.Tree.ModulePaths)
            Assert.True(LivepatchTables.Read(ElfObject.Open(path), LivepatchLayout.Usual).Objects.Count == 0, $"{ModuleName.FromPath(path)}: {string.Join(' ', Read(path))}");
    }

    private static string[] Read(string path) => Read(ElfObject.Open(path));

    private static string[] Read(ElfObject module) =>
        [.. from patched in LivepatchTables.Read(module, LivepatchLayout.Usual).Objects
            from function in patched.Functions
            let name = module.Symbols.Single(symbol => symbol.Type == ElfSymbolType.Function && symbol.Section is { } section && new ElfPlace(section, symbol.Value) == function.NewFunction).Name
            select $"{patched.Name}: {function.OldName},{function.Sympos} by {name}"];

    private const string Functions = """
        static int show_cmdline(struct seq_file *m, void *v) { return 0; }
        static void hold(void *md) { }
        """;

    private const string Start = """
        static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objects };
        static int __init start(void) { return klp_enable_patch(&patch); }
        module_init(start);
        MODULE_LICENSE("GPL");
        MODULE_INFO(livepatch, "Y");
        """;

    public sealed class Modules() : KbuildModules(
        new KbuildModule("compound", $$"""
            {{Functions}}
            PATCH(
            	IN_VMLINUX(REPLACE(cmdline_proc_show, show_cmdline), { .old_name = "init_once", .new_func = show_cmdline, .old_sympos = 3 }),
            	IN_MODULE(dm_mod, REPLACE(dm_hold, hold)));
            """),
        // As objtool klp writes them, with the init function of the kernel's scripts/livepatch.
        new KbuildModule("external", $$"""
            #include <linux/livepatch_external.h>
            #include "{{DemoTree.Source("scripts/livepatch/init.c")}}"
            static int __used show_cmdline(struct seq_file *m, void *v) { return 0; }
            static void __used hold(void *md) { }
            asm(".pushsection .init.klp_funcs, \"a\"; klp_funcs:"
                " .quad .Lf1, show_cmdline, 0, .Lf2, show_cmdline, 3, .Lf3, hold, 0; .popsection;"
                ".pushsection .init.klp_objects, \"a\";"
                " .quad 0, klp_funcs, 0, 0, 0, 0, 0, 2; .quad .Lo, klp_funcs + 48, 0, 0, 0, 0, 0, 1; .popsection;"
                ".pushsection .rodata.klp.str1.1, \"aMS\", %progbits, 1;"
                ".Lf1: .asciz \"cmdline_proc_show\"; .Lf2: .asciz \"init_once\"; .Lf3: .asciz \"dm_hold\"; .Lo: .asciz \"dm_mod\"; .popsection");
            """),
        new KbuildModule("only_callbacks", $$"""
            {{Functions}}
            static void __used patched(struct klp_object *object) { hold(object); }
            static struct klp_func none[1], functions[] = { REPLACE(cmdline_proc_show, show_cmdline), { } };
            static struct klp_object objects[] = { { .funcs = functions }, { .name = "zram", .funcs = none, .callbacks.post_patch = patched }, { .name = "dm_mod", .funcs = none }, { } };
            {{Start}}
            """),
        new KbuildModule("named", $$"""
            {{Functions}}
            static struct klp_func dm_functions[] = { REPLACE(dm_hold, hold), { } };
            static struct klp_func functions[] = {
            	REPLACE(cmdline_proc_show, show_cmdline),
            	{ .old_name = "init_once", .new_func = show_cmdline, .old_sympos = 3 },
            	{ }
            };
            static struct klp_object objects[] = { { .funcs = functions }, { .name = "dm_mod", .funcs = dm_functions }, { } };
            {{Start}}
            """),
        new KbuildModule("callbacks", $$"""
            static int show(struct seq_file *m, void *v) { return 0; }
            static int before(struct klp_object *object) { return 0; }
            static void after(struct klp_object *object) { }
            static struct klp_func functions[] = { REPLACE(initstate_show, show), { } };
            static struct klp_object objects[] = {
            	{ .name = "zram", .funcs = functions, .callbacks = { .pre_patch = before, .post_unpatch = after } },
            	{ }
            };
            {{Start}}
            """),
        new KbuildModule("constant", $$"""
            static int show(struct seq_file *m, void *v) { return 0; }
            static const struct klp_func functions[] = { REPLACE(initstate_show, show), { } };
            static struct klp_object objects[] = { { .name = "zram", .funcs = (struct klp_func *)functions }, { } };
            {{Start}}
            """),
        new KbuildModule("similar", $$"""
            static int show(struct seq_file *m, void *v) { return m->index; }
            static int other(struct seq_file *m, void *v) { return m->count; }
            struct command { const char *name; int (*run)(struct seq_file *m, void *v); long flags; };
            struct group { const char *name; struct command *commands; };
            static struct command commands[] = { { "list", other, 0 }, { "show", show, 0 }, { } };
            struct group groups[] = { { "zram", commands }, { } };
            static struct klp_func functions[] = { REPLACE(cmdline_proc_show, show), { } };
            static struct klp_object objects[] = { { .funcs = functions }, { } };
            {{Start}}
            """));
}
