using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Trees;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Modules;
using Klp.Livepatch.Tests.Support;
using Klp.Livepatch.Validation;

namespace Klp.Livepatch.Tests;

/// <summary>Livepatches of a kernel whose compiler shuffled its structures (CONFIG_RANDSTRUCT), which its BTF tells.</summary>
[Trait("Needs", "kernel")]
public sealed class RandomLayoutTests : IDisposable
{
    // The members that the tables are recognised by are where they have always been.
    private const string Structures = """
        struct module;
        struct klp_func { const char *old_name; void *new_func; unsigned long old_sympos; long more[5]; };
        struct klp_callbacks { void (*post_unpatch)(void); void (*pre_patch)(void); void (*pre_unpatch)(void); void (*post_patch)(void); };
        struct klp_object { const char *name; struct klp_func *funcs; long more; struct klp_callbacks callbacks; };
        struct klp_state { unsigned int version; long more[2]; unsigned long id; void *data; };
        struct klp_patch { struct module *mod; struct klp_object *objs; long more; char replace; struct klp_state *states; };
        extern struct module __this_module;

        """;

    private const string Database = "klp-convert-symbol-data.0.1\n*vmlinux\nold_function\n*zram\ninitstate_show\n*dm_mod\ndm_hold\n";

    private readonly TempFolder folder = new();
    private readonly InstalledKernel kernel = new InstalledKernel().WithModules();
    private readonly KernelTree tree;

    public RandomLayoutTests()
    {
        kernel.Link("boot/vmlinuz-{R}", InstalledKernel.Image);
        Tool.Run(Tool.Arm64 + "gcc", "-gbtf", "-c", folder.Write("types.c", Structures + "struct klp_patch patch;\nstruct klp_object object;\n"), "-o", folder["types.o"]);
        Tool.Run(Tool.Arm64 + "objcopy", "--only-section=.BTF", "--set-section-flags", ".BTF=alloc,readonly", "--keep-symbol=patch", folder["types.o"], folder["types"]);
        kernel.Write("usr/src/linux-headers-{R}/vmlinux", File.ReadAllBytes(folder["types"]));
        tree = kernel.Open();
        Assert.Equal(["post_unpatch", "pre_patch", "pre_unpatch", "post_patch"], LivepatchLayout.Of(tree).Callbacks.Select(callback => callback.Name));
    }

    [Fact]
    public void What_a_callback_uses_is_resolved_with_the_object_of_the_callback()
    {
        // Where other kernels have no callback any more.
        ElfObject module = Compile("convert", """
            extern long initstate_show(void);
            static void after(void) { initstate_show(); }
            static struct klp_func zram_functions[] = { { "initstate_show", new_function }, { } };
            static struct klp_func dm_functions[] = { { "dm_hold", new_function }, { } };
            static struct klp_object objects[] = { { "zram", zram_functions }, { "dm_mod", dm_functions, .callbacks.post_patch = after }, { } };
            struct klp_patch patch = { .mod = &__this_module, .objs = objects };
            """);

        ConversionPlan plan = ConversionPlanner.Plan(module, new ConversionContext
        {
            Database = DemoTree.OpenDatabase(folder.Write("symbols.klp", Database)),
            Dialect = KernelDialect.For(tree.Version),
            Tree = tree,
        });

        plan.AssertConverts("initstate_show", "zram:initstate_show", ".klp.rela.dm_mod..text");
    }

    [Fact]
    public void A_callback_that_a_replacement_drops_has_its_own_name()
    {
        ElfObject Livepatch(string name, string callbacks) => Compile(name, $$"""
            static void __attribute__((used)) at_end(void) { }
            static struct klp_func functions[] = { { "old_function", new_function }, { } };
            static struct klp_object objects[] = { { 0, functions{{callbacks}} }, { } };
            struct klp_patch patch = { .mod = &__this_module, .objs = objects, .replace = 1 };
            """);
        DiagnosticBag findings = new();
        ElfObject earlier = Livepatch("earlier", ", .callbacks.post_unpatch = at_end");

        ReplacementValidator.Validate(LivepatchModule.Of(Livepatch("later", ""), tree), earlier.FileName, tree, findings);

        Assert.Contains("has a callback post_unpatch for vmlinux", Expect.Warning("KLP4049", findings).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        kernel.Dispose();
        folder.Dispose();
    }

    private ElfObject Compile(string name, string source)
    {
        Tool.Run(Tool.Arm64 + "gcc", "-O2", "-c", folder.Write($"{name}.c", Structures + "static void new_function(void) { }\n" + source), "-o", folder[$"{name}.o"]);
        return ElfObject.Open(folder[$"{name}.o"]);
    }
}
