using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

/// <summary>The <c>.klp.arch</c> sections of x86 kernels before 5.8, and what is refused where there are none.</summary>
[Trait("Needs", "kernel")]
public class ArchSectionTests
{
    private const string Database = """
        klp-convert-symbol-data.0.1
        *vmlinux
        __ksymtab_klp_enable_patch
        kernel_function
        *first
        first_function
        *second
        second_function

        """;

    // Entries as arch/x86 of 5.4 has them: struct alt_instr of 13 bytes, struct paravirt_patch_site of 16.
    private const string Macros = """
        #define ALTERNATIVE(OLD, NEW) asm volatile("661: " OLD "\n662:\n" \
        	".pushsection .altinstructions, \"a\"\n" \
        	".long 661b - ., 663f - .\n.word 1\n.byte 662b - 661b, 664f - 663f, 0\n.popsection\n" \
        	".pushsection .altinstr_replacement, \"ax\"\n663: " NEW "\n664:\n.popsection")
        #define PARAVIRT(CALL) asm volatile("771: " CALL "\n772:\n" \
        	".pushsection .parainstructions, \"a\"\n.balign 8\n.quad 771b\n.byte 1, 772b - 771b\n.balign 8\n.popsection")
        struct klp_func { const char *old_name; void *new_func; unsigned long old_sympos, rest[10]; };
        struct klp_object { const char *name; struct klp_func *funcs; void *callbacks[4]; unsigned long rest[8]; };
        struct klp_patch { void *mod; struct klp_object *objs; unsigned long rest[8]; };
        __attribute__((section(".gnu.linkonce.this_module"))) char __this_module[1024];
        int klp_enable_patch(struct klp_patch *patch);
        void new_kernel(void), new_first(void), new_second(void);
        static struct klp_func functions[] = { { "k", new_kernel }, { 0 } }, first[] = { { "f", new_first }, { 0 } }, second[] = { { "s", new_second }, { 0 } };
        static struct klp_object objects[] = { { 0, functions }, { "first", first }, { "second", second }, { 0 } };
        static struct klp_patch patch = { __this_module, objects };
        int init_module(void) { return klp_enable_patch(&patch); }

        """;

    private const string Five = """
        void new_kernel(void) { ALTERNATIVE("call kernel_function", "nop"); ALTERNATIVE("nop", "lfence"); }
        void new_first(void) { ALTERNATIVE("nop; nop", "call first_function"); PARAVIRT("call first_function"); }
        void new_second(void) { ALTERNATIVE("call second_function", "call second_function"); }
        """;

    [Fact]
    public void Each_entry_moves_to_the_object_that_its_code_is_resolved_with()
    {
        using TempFolder folder = new();
        string module = Link(folder, Five);
        ConversionPlan plan = Plan(folder, module, new KernelVersion(5, 4));
        Expect.NothingWrong(plan.Diagnostics);
        Assert.Equal(
            [".altinstructions 0 vmlinux", ".altinstructions 26 first", ".altinstructions 39 second", ".parainstructions 0 first"],
            plan.SpecialSectionMoves.Select(move => $"{move.Entry.Table.Name} {move.Entry.Offset} {move.PatchedObject}"));

        string[] before = [.. Places(module, ".altinstructions"), .. Places(module, ".parainstructions")];
        string converted = folder.Write("converted.ko", Expect.SecondReaderAgrees(plan, ConversionApplier.Apply(plan)));
        Readelf.AssertAccepts(converted);
        Assert.Equal(
            [".altinstructions", ".klp.arch.first..altinstructions", ".klp.arch.first..parainstructions", ".klp.arch.second..altinstructions", ".klp.arch.vmlinux..altinstructions"],
            Readelf.Sections(converted).Select(section => section.Name).Where(name => name.EndsWith("instructions", StringComparison.Ordinal) && !name.StartsWith(".rela", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(before[2..4], Places(converted, ".altinstructions"));
        Assert.Equal(before[..2], Places(converted, ".klp.arch.vmlinux..altinstructions"));
        Assert.Equal(before[4..6], Places(converted, ".klp.arch.first..altinstructions"));
        Assert.Equal(before[6..8], Places(converted, ".klp.arch.second..altinstructions"));
        Assert.Equal(before[8..], Places(converted, ".klp.arch.first..parainstructions"));
    }

    [Fact]
    public void An_entry_keeps_its_bytes()
    {
        using TempFolder folder = new();
        string module = Link(folder, Five);
        byte[] table = Contents(ElfObject.Open(module), ".altinstructions");
        ElfObject converted = ElfObject.Read(ConversionApplier.Apply(Plan(folder, module, new KernelVersion(4, 9))), "converted.ko");
        Assert.Equal(table[..13], Contents(converted, ".klp.arch.vmlinux..altinstructions"));
        Assert.Equal(table[13..26], Contents(converted, ".altinstructions"));
        Assert.Equal(table[26..39], Contents(converted, ".klp.arch.first..altinstructions"));
        Assert.Equal(table[39..], Contents(converted, ".klp.arch.second..altinstructions"));
    }

    [Fact]
    public void A_table_of_which_every_entry_moves_goes()
    {
        using TempFolder folder = new();
        ElfObject converted = ElfObject.Read(ConversionApplier.Apply(Plan(folder, Link(folder, Five), new KernelVersion(5, 7))), "converted.ko");
        Assert.Null(converted.FindSection(".parainstructions"));
        Assert.Null(converted.FindSection(".rela.parainstructions"));
        Assert.NotNull(converted.FindSection(".rela.klp.arch.first..parainstructions"));
    }

    [Fact]
    public void The_relocations_of_the_code_are_the_objects_own()
    {
        using TempFolder folder = new();
        ConversionPlan plan = Plan(folder, Link(folder, Five), new KernelVersion(5, 4));
        plan.AssertConverts("kernel_function", "vmlinux:kernel_function", ".klp.rela.vmlinux..text");
        plan.AssertConverts("first_function", "first:first_function", ".klp.rela.first..text", ".klp.rela.first..altinstr_replacement");
        plan.AssertConverts("second_function", "second:second_function", ".klp.rela.second..text", ".klp.rela.second..altinstr_replacement");
    }

    [Fact]
    public void An_entry_with_symbols_of_two_objects_is_an_error()
    {
        using TempFolder folder = new();
        string module = Link(folder, """
            void new_kernel(void) { }
            void new_first(void) { ALTERNATIVE("call annotated", "call first_function"); }
            void new_second(void) { }
            asm(".set annotated, \".klp.sym.rela.second.second.second_function,0\"");
            """);
        Assert.Contains("rewrites that code once", Expect.Error("KLP3015", Plan(folder, module, new KernelVersion(5, 4)).Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)).Message, StringComparison.Ordinal);
    }

    // 4.8 knew livepatch relocations but no .klp.arch; since 5.8 only those of vmlinux are done in time.
    [Theory]
    [InlineData(4, 8, 5)]
    [InlineData(5, 8, 4)]
    public void Kernels_without_them_cannot_have_such_symbols_in_rewritten_code(int major, int minor, int errors)
    {
        using TempFolder folder = new();
        DiagnosticBag diagnostics = Plan(folder, Link(folder, Five), new KernelVersion(major, minor)).Diagnostics;
        Assert.Equal(Enumerable.Repeat("KLP3015", errors), diagnostics.Where(error => error.Severity == DiagnosticSeverity.Error).Select(error => error.Code));
    }

    [Fact]
    public void A_static_key_of_vmlinux_was_resolved_too_late_before_5_8()
    {
        using TempFolder folder = new();
        string module = Link(folder, """
            void new_kernel(void) { asm volatile("1: nop\n.pushsection __jump_table, \"aw\"\n.long 1b - ., 1b - .\n.quad kernel_function - .\n.popsection"); }
            void new_first(void) { }
            void new_second(void) { }
            """);
        string message = Expect.Error("KLP3015", Plan(folder, module, new KernelVersion(5, 7)).Diagnostics).Message;
        Assert.Contains("new_kernel() uses 'kernel_function' of vmlinux through __jump_table", message, StringComparison.Ordinal);
        Expect.Nothing(Plan(folder, module, new KernelVersion(5, 8)).Diagnostics);
    }

    private static string Link(TempFolder folder, string functions) =>
        Compiler.Named("x86-64").Link(folder, new SourceFile("main.c", Macros + functions));

    private static ConversionPlan Plan(TempFolder folder, string module, KernelVersion version) =>
        ConversionPlanner.Plan(ElfObject.Open(module), new ConversionContext
        {
            Database = DemoTree.OpenDatabase(folder.Write("symbols.klp", Database)),
            Dialect = KernelDialect.For(version),
        });

    private static byte[] Contents(ElfObject module, string section) => ((ElfDataSection)module.FindSection(section)!).Contents.ToArray();

    // Where the entries of a table point to, as readelf prints it.
    private static IEnumerable<string> Places(string path, string table) =>
        Readelf.Relocations(path).Where(relocation => relocation.Section == $".rela{table}").Select(relocation => $"{relocation.Type} {relocation.Symbol} {relocation.Addend}");
}
