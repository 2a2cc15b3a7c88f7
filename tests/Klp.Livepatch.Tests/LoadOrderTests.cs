using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

/// <summary>Names that a module has both in what stays and in what is freed when it has loaded.</summary>
[Trait("Needs", "kernel")]
public class LoadOrderTests(LoadOrderTests.Modules modules) : IClassFixture<LoadOrderTests.Modules>
{
    [Fact]
    public void The_modules_have_the_symbols_in_the_order_that_the_tests_are_about()
    {
        Assert.Equal([".text", ".init.text"], Sections("core_first"));
        Assert.Equal([".init.text", ".text"], Sections("init_first"));
        Assert.Equal([".text", ".init.text", ".text"], Sections("init_between"));
        Assert.Equal([".init.text"], Sections("init_only"));
    }

    [Fact]
    public void A_name_that_is_unique_once_the_module_runs_gets_the_position_that_it_has_while_it_loads()
    {
        ConversionPlan plan = Plan("of_core_first", "core_first", "init_first");
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts("dup", "core_first:dup,1", ".klp.rela.core_first..text");
    }

    [Theory]
    [InlineData("of_init_first", "init_first")]
    [InlineData("of_init_between_2", "init_between")]
    public void A_position_that_changes_when_the_module_has_loaded_is_an_error(string module, string target)
    {
        Diagnostic error = Expect.Error("KLP3012", Plan(module, target, "core_first").Diagnostics);
        Assert.Contains("'dup' of ", error.Message, StringComparison.Ordinal);
        Assert.Equal((modules.Source($"{module}.c"), modules.LineOf($"{module}.c", "the use")), (error.Place!.File, error.Place.Line));
    }

    [Fact]
    public void A_position_before_the_freed_symbols_holds()
    {
        ConversionPlan plan = Plan("of_init_between_1", "init_between");
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts(".klp.sym.rela.init_between.init_between.dup.1", "init_between:dup,1", ".klp.rela.init_between..text");
    }

    [Fact]
    public void A_name_that_only_freed_code_has_is_unknown() => Expect.Error("KLP3001", Plan("of_init_only", "init_only").Diagnostics);

    private string[] Sections(string module) => [.. Nm.WithSections(modules[module]).Where(symbol => symbol.Name == "dup").Select(symbol => symbol.Section)];

    private ConversionPlan Plan(string module, params string[] targets)
    {
        using FakeTree tree = new();
        foreach (string target in targets)
            tree.AddModule($"extra/{target}.ko", File.ReadAllBytes(modules[target]));
        return DemoConversion.Plan(modules[module], DemoConversion.ContextFor(DemoTree.Open(tree.Path)));
    }

    private static SourceFile Core(string name) => new($"{name}.c", $$"""
        int {{name}}(int x);
        static noinline int dup(int x) { pr_info("{{name}}\n"); return x; }
        int {{name}}(int x) { return dup(x) + 1; }
        """);

    private static SourceFile Init(string name) => new($"{name}.c", $$"""
        int __init {{name}}(int x);
        static noinline int __init dup(int x) { pr_info("{{name}}\n"); return x; }
        int __init {{name}}(int x) { return dup(x) + 1; }
        """);

    private static SourceFile Start(string name, params string[] called) => new($"{name}_main.c", $$"""
        {{string.Join('\n', called.Select(function => $"int {function}(int x);"))}}
        static int __init start(void) { return {{string.Join(" + ", called.Select(function => $"{function}(1)"))}}; }
        module_init(start);
        MODULE_DESCRIPTION("A module to patch");
        MODULE_LICENSE("GPL");
        """);

    private static KbuildModule PatchOf(string target, string suffix = "", string annotation = "") => new($"of_{target}{suffix}", $$"""
        extern int dup(int x) {{annotation}};
        static int new_function(int x)
        {
        	return dup(x) + 1; /* the use */
        }
        PATCH(IN_MODULE({{target}}, REPLACE(some_function, new_function)));
        """);

    public sealed class Modules() : KbuildModules(
        new KbuildModule("core_first", Core("core_first_a"), Init("core_first_b"), Start("core_first", "core_first_a", "core_first_b")),
        new KbuildModule("init_first", Init("init_first_a"), Core("init_first_b"), Start("init_first", "init_first_a", "init_first_b")),
        new KbuildModule("init_between", Core("init_between_a"), Init("init_between_b"), Core("init_between_c"), Start("init_between", "init_between_a", "init_between_b", "init_between_c")),
        new KbuildModule("init_only", Init("init_only_a"), Start("init_only", "init_only_a")),
        PatchOf("core_first"),
        PatchOf("init_first"),
        PatchOf("init_between", "_1", "KLP_RELOC_SYMBOL_POS(init_between, init_between, dup, 1)"),
        PatchOf("init_between", "_2", "KLP_RELOC_SYMBOL_POS(init_between, init_between, dup, 2)"),
        PatchOf("init_only"));
}
