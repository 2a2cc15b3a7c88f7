using Klp.Elf;
using Klp.Livepatch.Conversion;

namespace Klp.Livepatch.Tests;

/// <summary>Modules of every architecture that a compiler is installed for, converted with a database of a few lines.</summary>
public class ArchitectureTests
{
    private const string Database = """
        klp-convert-symbol-data.0.1
        *vmlinux
        __ksymtab_klp_enable_patch
        kernel_function
        kernel_variable
        twice
        twice
        *first
        first_variable
        *second
        second_variable

        """;

    private const string Header = """
        struct klp_func { const char *old_name; void *new_func; unsigned long old_sympos, rest[10]; };
        struct klp_object { const char *name; struct klp_func *funcs; void *callbacks[4]; unsigned long rest[8]; };
        struct klp_patch { void *mod; struct klp_object *objs; unsigned long rest[8]; };
        struct klp_module_reloc { void *sym; unsigned int sympos; } __attribute__((packed));
        __attribute__((section(".gnu.linkonce.this_module"))) char __this_module[1024];
        int klp_enable_patch(struct klp_patch *patch);

        """;

    private static readonly SourceFile One = new("one.c", Header + """
        extern int kernel_function(int), kernel_variable, twice;
        static int *const numbers[2] = { &kernel_variable };
        __attribute__((section(".klp.module_relocs.vmlinux"), used, aligned(4)))
        static struct klp_module_reloc relocs[] = { { &twice, 2 } };
        static int new_function(int x) { return kernel_function(x) + *numbers[x & 1] + twice; }
        static struct klp_func functions[] = { { "old_function", new_function }, { 0 } };
        static struct klp_object objects[] = { { 0, functions }, { 0 } };
        static struct klp_patch patch = { __this_module, objects };
        int init_module(void) { return klp_enable_patch(&patch); }
        """);

    [Theory]
    [MemberData(nameof(Compiler.Names), MemberType = typeof(Compiler))]
    public void Each_unexported_symbol_is_converted_with_every_relocation(string name)
    {
        using TempFolder folder = new();
        string module = Compiler.Named(name).Link(folder, One);
        ConversionPlan plan = Plan(folder, module);
        Expect.Nothing(plan.Diagnostics);
        Assert.Equal(
            ["vmlinux:kernel_function", "vmlinux:kernel_variable", "vmlinux:twice,2"],
            plan.Decisions.Where(decision => decision.Kind == SymbolDecisionKind.Livepatch).Select(decision => decision.Target!.ToString()).Order(StringComparer.Ordinal));
        plan.AssertLeaves("klp_enable_patch");

        string[] before = [.. Unexported(module)];
        string converted = folder.Write("converted.ko", ConversionApplier.Apply(plan));
        Readelf.AssertAccepts(converted);
        Assert.Equal(before, Readelf.Relocations(converted)
            .Where(relocation => relocation.Section.StartsWith(".klp.rela.vmlinux.", StringComparison.Ordinal))
            .Select(relocation => $"{relocation.Offset:x} {relocation.Type} {relocation.Symbol[".klp.sym.vmlinux.".Length..^2]} {relocation.Addend}")
            .Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Compiler.Names), MemberType = typeof(Compiler))]
    public void What_a_moved_relocation_leaves_behind_is_one_that_the_loader_takes_and_ignores(string name)
    {
        using TempFolder folder = new();
        string module = Compiler.Named(name).Link(folder, One);
        int count = Unexported(module).Count();
        string converted = folder.Write("converted.ko", ConversionApplier.Apply(Plan(folder, module)));
        // apply_relocate_add of arch/powerpc/kernel/module_64.c refuses R_PPC64_NONE and ignores R_PPC64_TOCSAVE.
        string expected = name switch
        {
            "x86-64" => "R_X86_64_NONE",
            "s390x" => "R_390_NONE",
            "ppc64le" => "R_PPC64_TOCSAVE",
            "LoongArch" => "R_LARCH_NONE",
            _ => "R_AARCH64_NONE",
        };
        Assert.Equal(count, Readelf.Relocations(converted).Count(relocation => relocation.Type == expected && relocation.Symbol.Length == 0));
        Assert.Empty(Unexported(converted));
    }

    [Theory]
    [MemberData(nameof(Compiler.Names), MemberType = typeof(Compiler))]
    public void Rarely_run_code_serves_the_object_whose_patch_branches_to_it(string name)
    {
        using TempFolder folder = new();
        string module = Compiler.Named(name).Link(folder, Rare("first"), Rare("second"), new SourceFile("main.c", Header + """
            int new_first(int x), new_second(int x);
            static struct klp_func first_functions[] = { { "f", new_first }, { 0 } }, second_functions[] = { { "g", new_second }, { 0 } };
            static struct klp_object objects[] = { { "first", first_functions }, { "second", second_functions }, { 0 } };
            static struct klp_patch patch = { __this_module, objects };
            int init_module(void) { return klp_enable_patch(&patch); }
            """));
        ConversionPlan plan = Plan(folder, module);
        Expect.Nothing(plan.Diagnostics);
        foreach (string target in (string[])["first", "second"])
        {
            // .text.unlikely, or what else the compiler chose.
            string[] sections = [.. Readelf.Relocations(module).Where(relocation => relocation.Symbol == $"{target}_variable").Select(relocation => relocation.Section[".rela".Length..]).Distinct()];
            plan.AssertConverts($"{target}_variable", $"{target}:{target}_variable", [.. sections.Select(section => $".klp.rela.{target}.{section}")]);
        }
    }

    private static SourceFile Rare(string name) => new($"{name}.c", $$"""
        extern int {{name}}_variable;
        int new_{{name}}(int x);
        __attribute__((cold)) int klp_enable_patch(void *patch);
        int new_{{name}}(int x) { return x ? klp_enable_patch(0) + {{name}}_variable : 0; }
        """);

    private static ConversionPlan Plan(TempFolder folder, string module) =>
        ConversionPlanner.Plan(ElfObject.Open(module), new ConversionContext { Database = DemoTree.OpenDatabase(folder.Write("symbols.klp", Database)) });

    private static IEnumerable<string> Unexported(string path) =>
        Readelf.Relocations(path)
            .Where(relocation => relocation.Symbol is "kernel_function" or "kernel_variable" or "twice" && !relocation.Section.Contains("klp", StringComparison.Ordinal))
            .Select(relocation => $"{relocation.Offset:x} {relocation.Type} {relocation.Symbol} {relocation.Addend}")
            .Order(StringComparer.Ordinal);
}
