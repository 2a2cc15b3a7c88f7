using System.Text.RegularExpressions;
using Klp.Elf.Model;
using Klp.Kbuild.Patching;
using Klp.Kernel.Diagnostics;
using Klp.Patching.Patches;
using Klp.Patching.Tests.Units;

namespace Klp.Patching.Tests.Build;

/// <summary>Patches of the demo kernel's source become objects of a livepatch, or are refused.</summary>
[Trait("Needs", "kernel")]
public sealed class PatchBuildTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly DiagnosticBag diagnostics = new();

    [Fact]
    public void A_function_that_the_patch_changes_is_replaced_and_no_other()
    {
        PatchResult result = Build("fs/proc/version.c", "seq_printf(m, linux_proc_banner,", "seq_puts(m, \"klp \");\n\tseq_printf(m, linux_proc_banner,")!;

        Assert.Empty(diagnostics);
        Assert.Equal("version_proc_show", Assert.Single(result.Functions).Name);
        ElfObject made = ElfObject.Read(Assert.Single(result.Objects).Contents, "made.o");
        Assert.Contains(made.Symbols, symbol => symbol.Name == ".klp.sym.rela.vmlinux.vmlinux.linux_proc_banner,0");
        Assert.Contains(made.Symbols, symbol => symbol is { Name: "seq_printf", IsUndefined: true });
    }

    [Fact]
    public void A_system_calls_function_is_replaced_by_the_one_that_ftrace_can_attach_to()
    {
        PatchResult result = Build("kernel/sys.c", "\tup_read(&uts_sem);\n\tif (copy_to_user(name, &tmp", "\tup_read(&uts_sem);\n\ttmp.nodename[0] = 'K';\n\tif (copy_to_user(name, &tmp")!;

        Assert.Equal("__arm64_sys_newuname", Assert.Single(result.Functions).Name);
        Diagnostic note = Assert.Single(diagnostics);
        Assert.Equal(DiagnosticCodes.CallersReplaced.Code, note.Code);
        Assert.StartsWith("__do_sys_newuname() of kernel/sys.c changed ", note.Message, StringComparison.Ordinal);
        Assert.EndsWith(": __arm64_sys_newuname() is replaced in its place, with the new version along.", note.Message, StringComparison.Ordinal);
        Assert.Contains("nodename[0] = 'K'", PatchLine(note), StringComparison.Ordinal);
    }

    [Fact]
    public void Whose_callers_are_replaced_is_not_told_where_the_patch_is_refused()
    {
        string lifted = Diff("kernel/sys.c", "\tup_read(&uts_sem);\n\tif (copy_to_user(name, &tmp", "\tup_read(&uts_sem);\n\ttmp.nodename[0] = 'K';\n\tif (copy_to_user(name, &tmp");

        Assert.Null(Run(lifted + Diff("fs/proc/meminfo.c", "pde_make_permanent(pde);", "pde_make_permanent(pde); pr_info(\"klp\\n\");")));

        Assert.Equal(DiagnosticCodes.PatchChangesInit.Code, Assert.Single(diagnostics).Code);
    }

    [Fact]
    public void What_starts_anew_in_several_functions_is_told_once_with_their_number()
    {
        string original = Original("kernel/workqueue.c");
        PatchResult result = Run(DiffOf(
            "kernel/workqueue.c", original, Regex.Replace(original, @"(pr_warn_once|pr_err_once)\(""workqueue", "$1(\"klp")))!;

        string message = Assert.Single(diagnostics, diagnostic => diagnostic.Code == DiagnosticCodes.OnceAgain.Code).Message;
        int own = result.Explanation.Units.Single().Parts.Where(part => part.Name.StartsWith("__already_done.", StringComparison.Ordinal)).DistinctBy(part => part.Reason).Count();
        Assert.True(own > 2, message);
        Assert.Contains($" starts anew. So it is with {own - 1} more", message, StringComparison.Ordinal);
    }

    private const string Zswap = "#ifdef CONFIG_ZSWAP\n\tshow_val_kb(m, \"Zswap:";

    [Fact]
    public void A_change_in_code_that_the_kernel_is_not_configured_for_is_told_at_its_line_also_where_it_is_all()
    {
        string patched = Replace(Original("fs/proc/meminfo.c"), Zswap, Zswap.Replace("Zswap", "Klp", StringComparison.Ordinal));
        patched = Replace(patched, "\tsi_meminfo(&i);\n", "\tsi_meminfo(&i);\n\ti.freeram++;\n");

        PatchResult result = Run(DiffOf("fs/proc/meminfo.c", Original("fs/proc/meminfo.c"), patched))!;

        Assert.Equal("meminfo_proc_show", Assert.Single(result.Functions).Name);
        Diagnostic warning = Assert.Single(diagnostics);
        Assert.Equal((DiagnosticCodes.ChangeNotConfigured.Code, DiagnosticSeverity.Warning), (warning.Code, warning.Severity));
        Assert.Contains("\"Klp:", PatchLine(warning), StringComparison.Ordinal);
        Assert.Contains(" the object that is made from the file does not have what stands under \"#ifdef CONFIG_ZSWAP\"", warning.Message, StringComparison.Ordinal);
        Assert.Equal(warning.Code, Assert.Single(result.Explanation.Findings).Code);
        Assert.False(Directory.Exists(folder["work/probes"]));
    }

    [Fact]
    public void Where_all_of_the_patch_is_in_such_code_there_is_nothing_to_patch_and_both_are_told()
    {
        Assert.Null(Build("fs/proc/meminfo.c", Zswap, Zswap.Replace("Zswap", "Klp", StringComparison.Ordinal)));
        Assert.Equal([DiagnosticCodes.ChangeNotConfigured.Code, DiagnosticCodes.PatchWithoutEffect.Code], diagnostics.Select(diagnostic => diagnostic.Code));
    }

    [Theory]
    [InlineData("extern void proc_tty_init(void);", "extern void proc_tty_init(void);\nextern int klp(void);", false)]
    [InlineData("static inline void proc_tty_init(void) {}", "static inline void proc_tty_init(void) { barrier(); }", true)]
    [InlineData("static inline void proc_tty_init(void) {}", "static inline void proc_tty_init(void) { /* nothing */ }", false)]
    public void Of_a_header_it_is_told_where_no_unit_has_the_lines(string old, string made, bool isTold)
    {
        string real = Diff("fs/proc/version.c", "seq_printf(m, linux_proc_banner,", "seq_puts(m, \"klp \");\n\tseq_printf(m, linux_proc_banner,");
        PatchResult result = Run(Diff("fs/proc/internal.h", old, made) + real)!;

        Assert.Equal("version_proc_show", Assert.Single(result.Functions).Name);
        Assert.Equal(isTold ? [DiagnosticCodes.ChangeNotConfigured.Code] : [], diagnostics.Select(diagnostic => diagnostic.Code));
    }

    [Fact]
    public void A_function_of_a_module_refers_to_what_the_module_has()
    {
        PatchResult result = Build("drivers/block/zram/zram_drv.c", "\torig_size = atomic64_read(&zram->stats.pages_stored);", "\tpr_info_once(\"klp\\n\");\n\torig_size = atomic64_read(&zram->stats.pages_stored);")!;

        Assert.Equal(("mm_stat_show", "zram"), (Assert.Single(result.Functions).Name, result.Functions[0].ObjectName));
        Assert.Contains(ElfObject.Read(result.Objects[0].Contents, "made.o").Symbols, symbol => symbol.Name.StartsWith(".klp.sym.rela.zram.zsmalloc.zs_pool_stats,", StringComparison.Ordinal));
    }

    [Fact]
    public void A_name_that_the_kernel_has_several_times_gets_the_position_of_the_address_in_vmlinux()
    {
        PatchResult result = Build("kernel/fork.c", "\tu64 clone_flags = args->flags;\n", "\tu64 clone_flags = args->flags;\n\tstatic int klp_forks;\n\n\tklp_forks += clone_flags != 0;\n")!;

        ExplainedReference[] references = [.. result.Explanation.Units.Single().References.Where(reference => reference.ObjectName == "vmlinux")];
        Assert.Contains(references, reference => reference.Position > 1);
        Assert.Contains(references, reference => reference is { Position: > 0, SourceFile: "kernel/fork.c" });
        AssertAreThere(references);
        Assert.Equal("kernel_clone", Assert.Single(result.Functions).Name);
        Assert.Contains(ElfObject.Read(result.Objects[0].Contents, "made.o").Symbols, symbol => symbol.Name.StartsWith("klp_forks", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("KLP7020", "kernel/fork.c", "#include <linux/anon_inodes.h>\n", "/* a comment */\n\n#include <linux/anon_inodes.h>\n")]
    [InlineData("KLP7007", "fs/proc/meminfo.c", "pde_make_permanent(pde);", "pde_make_permanent(pde); pr_info(\"klp\\n\");")]
    [InlineData("KLP7021", "kernel/reboot.c", "#define POWEROFF_CMD_PATH_LEN  256\n", "#define POWEROFF_CMD_PATH_LEN  512\n")]
    [InlineData("KLP7022", "drivers/block/zram/zram_drv.h", "struct zram_stats {\n", "struct zram_stats {\n\tatomic64_t klp;\n")]
    [InlineData("KLP7030", "fs/dcache.c", "\tif (unlikely(!name)) {\n\t\tname = &slash_name;", "\tif (unlikely(!name || name == &slash_name)) {\n\t\tname = &slash_name;")]
    [InlineData("KLP7015", "fs/proc/version.c", "seq_printf(m, linux_proc_banner,", "seq_printf(m, no_such_banner,")]
    public void What_cannot_be_patched_is_refused_by_name(string code, string file, string old, string made)
    {
        Assert.Null(Build(file, old, made));
        Assert.Contains(diagnostics, diagnostic => diagnostic.Code == code && diagnostic.Severity == DiagnosticSeverity.Error);
        Assert.All(diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error), diagnostic => Assert.StartsWith("KLP7", diagnostic.Code, StringComparison.Ordinal));
    }

    // It is inlined into functions of the start, too, which have run.
    [Fact]
    public void What_functions_of_the_start_have_a_copy_of_is_replaced_where_it_is_used_now()
    {
        const string begin = "static void _mix_pool_bytes(const void *buf, size_t len)\n{\n";
        PatchResult result = Build("drivers/char/random.c", begin, begin + "\tif (!buf)\n\t\treturn;\n")!;

        Assert.Contains("mix_pool_bytes", result.Functions.Select(function => function.Name));
        Assert.DoesNotContain("random_init", result.Functions.Select(function => function.Name));
        Diagnostic note = Assert.Single(diagnostics);
        Assert.Equal((DiagnosticCodes.CopyForStart.Code, DiagnosticSeverity.Info), (note.Code, note.Severity));
        Assert.Contains("random_init", note.Message, StringComparison.Ordinal);
    }

    // The kernel has the values of the constants in its code, and the function that forms them inline.
    [Fact]
    public void A_function_with_runtime_constants_reads_what_they_are_made_from()
    {
        PatchResult result = Build("fs/dcache.c", "\tstruct dentry *found = NULL;\n", "\tstruct dentry *found = NULL;\n\tasm volatile(\"nop\");\n")!;

        Assert.Equal("__d_lookup", Assert.Single(result.Functions).Name);
        Assert.Empty(diagnostics);
        ExplainedUnit unit = result.Explanation.Units.Single();
        AssertAreThere([.. unit.References.Where(reference => reference.ObjectName == "vmlinux")]);
        Assert.Contains("dentry_hashtable", unit.References.Select(reference => reference.Name));
        Assert.Contains("d_hash_shift", unit.References.Select(reference => reference.Name));
        Assert.Contains("generic definition of runtime constants", unit.Proof, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_type_of_an_exported_function_is_refused_at_the_line_that_changes_it()
    {
        Assert.Null(Run(
            Diff("include/linux/zsmalloc.h", "unsigned long zs_get_total_pages(", "unsigned int zs_get_total_pages(")
            + Diff("mm/zsmalloc.c", "unsigned long zs_get_total_pages(struct zs_pool *pool)\n{\n\treturn ", "unsigned int zs_get_total_pages(struct zs_pool *pool)\n{\n\treturn 1 + ")));

        Diagnostic error = Assert.Single(diagnostics, diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        Assert.Equal(DiagnosticCodes.ExportedTypeChanged.Code, error.Code);
        Assert.Contains("it was u64 (struct zs_pool *) and is u32 (struct zs_pool *)", error.Message, StringComparison.Ordinal);
        Assert.StartsWith("+unsigned int zs_get_total_pages(", PatchLine(error), StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_type_of_a_function_that_assembler_calls_is_refused()
    {
        Assert.Null(Run(
            Diff("arch/arm64/include/asm/exception.h", "handle_bad_stack(struct pt_regs *regs)", "handle_bad_stack(long by, struct pt_regs *regs)")
            + Diff("arch/arm64/kernel/entry-common.c", "handle_bad_stack(struct pt_regs *regs)", "handle_bad_stack(long by, struct pt_regs *regs)")));

        Diagnostic error = Assert.Single(diagnostics, diagnostic => diagnostic.Code == DiagnosticCodes.ExportedTypeChanged.Code);
        Assert.Contains("it was void (struct pt_regs *) and is void (s64, struct pt_regs *). arch/arm64/kernel/entry.o refers to it", error.Message, StringComparison.Ordinal);
        Assert.Contains("handle_bad_stack(long by", PatchLine(error), StringComparison.Ordinal);
    }

    [Fact]
    public void Types_beyond_the_first_ten_are_counted()
    {
        string original = Original("kernel/workqueue.c"), patched = Regex.Replace(original, @"^struct \w+ \{$", "$0\n\tlong klp;", RegexOptions.Multiline);
        Assert.Null(Run(DiffOf("kernel/workqueue.c", original, patched)));

        string[] layouts = [.. diagnostics.Where(diagnostic => diagnostic.Code == DiagnosticCodes.PatchChangesLayout.Code).Select(diagnostic => diagnostic.Message)];
        Assert.Equal(11, layouts.Length);
        Assert.Matches("^The patch changes [0-9]+ more types?, or exported symbols, of that kind", layouts[^1]);
    }

    [Fact]
    public void A_refusal_has_the_place_of_the_hunk_that_changes_the_function()
    {
        // The first hunk changes another function, and is fine.
        string original = Original("fs/proc/meminfo.c");
        string patched = Replace(Replace(original, "\tsi_meminfo(&i);", "\tsi_meminfo(&i);\n\ti.totalram++;"), "\tpde_make_permanent(pde);\n", "");
        Assert.Null(Run(DiffOf("fs/proc/meminfo.c", original, patched)));

        Diagnostic error = Assert.Single(diagnostics, diagnostic => diagnostic.Code == DiagnosticCodes.PatchChangesInit.Code);
        Assert.Equal("-\tpde_make_permanent(pde);", PatchLine(error));
    }

    [Theory]
    [InlineData("arch/arm64/kernel/entry.S", " * Low-level exception handling code\n", " * Low-level code for exceptions, don't care\n")]
    [InlineData("arch/arm64/lib/memchr.S", "SYM_FUNC_START(__pi_memchr)\n", "\t// doesn't change a thing\n\nSYM_FUNC_START(__pi_memchr)\n")]
    public void Comments_of_assembler_are_proved_to_be_without_effect_and_the_rest_of_the_patch_is_taken(string path, string old, string made)
    {
        string rest = Diff("fs/proc/version.c", "seq_printf(m, linux_proc_banner,", "seq_puts(m, \"klp \");\n\tseq_printf(m, linux_proc_banner,");
        PatchResult result = Run(Diff(path, old, made) + rest)!;
        Assert.Empty(diagnostics);
        Assert.Equal("version_proc_show", Assert.Single(result.Functions).Name);

        // Alone there is nothing to patch.
        Assert.Null(Run(Diff(path, old, made)));
        Assert.Equal(DiagnosticCodes.PatchWithoutEffect.Code, Assert.Single(diagnostics).Code);
    }

    [Fact]
    public void Code_of_assembler_that_changes_is_refused_with_the_object_and_the_place_in_the_patch()
    {
        Assert.Null(Build("arch/arm64/lib/memchr.S", "SYM_FUNC_START(__pi_memchr)\n", "SYM_FUNC_START(__pi_memchr)\n\tnop\n"));
        Diagnostic error = Assert.Single(diagnostics);
        Assert.Equal(DiagnosticCodes.ObjectNotPatchable.Code, error.Code);
        Assert.StartsWith("The patch changes arch/arm64/lib/memchr.o, which is assembler (arch/arm64/lib/memchr.S): ", error.Message, StringComparison.Ordinal);
        Assert.Equal("+\tnop", PatchLine(error));
    }

    [Fact]
    public void What_changes_a_program_that_generates_a_part_of_the_kernel_is_refused_and_its_comments_are_not()
    {
        // lib/crc/gen_crc32table reads it, and lib/crc/crc32-main.c, which has the tables that the program made.
        Assert.Null(Build("include/linux/crc32poly.h", "#define CRC32_POLY_LE 0xedb88320", "#define CRC32_POLY_LE 0xedb88321"));
        Diagnostic error = Assert.Single(diagnostics);
        Assert.Equal(DiagnosticCodes.ObjectNotPatchable.Code, error.Code);
        Assert.StartsWith("The patch changes lib/crc/gen_crc32table, a program that the build runs ", error.Message, StringComparison.Ordinal);
        Assert.StartsWith("-#define CRC32_POLY_LE", PatchLine(error), StringComparison.Ordinal);
    }

    [Fact]
    public void Comments_of_a_program_that_the_build_runs_are_without_effect()
    {
        Assert.Null(Build("lib/crc/gen_crc32table.c", "static void crc32init_le(void)", "/* The little one. */\nstatic void crc32init_le(void)"));
        Assert.Equal(DiagnosticCodes.PatchWithoutEffect.Code, Assert.Single(diagnostics).Code);
    }

    [Fact]
    public void Comments_of_a_makefile_go_beside_the_code_of_the_patch()
    {
        string makefile = Original("fs/proc/Makefile");
        PatchResult result = Run(
            DiffOf("fs/proc/Makefile", makefile, "# another comment\n" + makefile)
            + Diff("fs/proc/version.c", "seq_printf(m, linux_proc_banner,", "seq_puts(m, \"klp \");\n\tseq_printf(m, linux_proc_banner,"))!;
        Assert.Equal("version_proc_show", Assert.Single(result.Functions).Name);
        Assert.Equal(DiagnosticCodes.PatchFilePassedOver.Code, Assert.Single(diagnostics).Code);
    }

    [Fact]
    public void An_error_in_a_file_that_the_patch_leaves_alone_has_the_place_of_the_change()
    {
        Assert.Null(Build("drivers/block/zram/zram_drv.h", "atomic64_t pages_stored;", "atomic64_t pages_kept;"));

        Assert.All(diagnostics, diagnostic => Assert.Equal(DiagnosticCodes.PatchedSourceError, diagnostic.Code));
        Assert.Contains(diagnostics, diagnostic => diagnostic.Message.Contains("zram_drv.c:", StringComparison.Ordinal));
        Assert.All(diagnostics, diagnostic => Assert.Contains("pages_", PatchLine(diagnostic), StringComparison.Ordinal));
    }

    [Fact]
    public void A_patch_of_documentation_alone_has_nothing_to_patch()
    {
        Assert.Null(Run("--- a/Documentation/x.rst\n+++ b/Documentation/x.rst\n@@ -1 +1 @@\n-a\n+b\n"));
        Assert.Equal([DiagnosticCodes.PatchFilePassedOver.Code, DiagnosticCodes.PatchWithoutEffect.Code], diagnostics.Select(diagnostic => diagnostic.Code));
    }

    public void Dispose() => folder.Dispose();

    private PatchResult? Build(string path, string old, string made) => Run(Diff(path, old, made));

    [Fact]
    public void A_global_function_that_nothing_uses_any_more_may_go()
    {
        string original = Original("kernel/extable.c");
        string patched = original[..original.IndexOf("int func_ptr_is_kernel_text(", StringComparison.Ordinal)];
        string rest = Diff("fs/proc/version.c", "seq_printf(m, linux_proc_banner,", "seq_puts(m, \"klp \");\n\tseq_printf(m, linux_proc_banner,");

        PatchResult result = Run(DiffOf("kernel/extable.c", original, patched) + rest)!;

        Assert.Empty(diagnostics);
        Assert.Equal("version_proc_show", Assert.Single(result.Functions).Name);
    }

    [Fact]
    public void A_global_function_in_whose_place_a_weak_one_would_be_may_not_go()
    {
        // kernel/irq_work.c has a weak one, and calls it itself.
        Assert.Null(Build(
            "arch/arm64/kernel/smp.c", "void arch_irq_work_raise(void)\n{\n\tsmp_cross_call(cpumask_of(smp_processor_id()), IPI_IRQ_WORK);\n}\n", ""));
        Assert.StartsWith("The patch takes arch_irq_work_raise, ", Assert.Single(diagnostics, diagnostic => diagnostic.Code == "KLP7038").Message, StringComparison.Ordinal);
    }

    private string Diff(string path, string old, string made) => DiffOf(path, Original(path), Replace(Original(path), old, made));

    private static string Original(string path) => File.ReadAllText(Path.Combine(DemoUnits.Source.Root, path));

    // The first place of the old text is meant.
    private static string Replace(string source, string old, string made)
    {
        int at = source.IndexOf(old, StringComparison.Ordinal);
        Assert.True(at >= 0, $"The demo kernel's source does not have: {old}");
        return source[..at] + made + source[(at + old.Length)..];
    }

    private string DiffOf(string path, string original, string patched)
    {
        string a = folder.Write("a/" + path, original), b = folder.Write("b/" + path, patched);
        // diff's exit code says that the files differ.
        return Tool.RunFailing("diff", "-u", "--label", "a/" + path, "--label", "b/" + path, a, b).Output;
    }

    private static string PatchLine(Diagnostic diagnostic) => File.ReadAllLines(diagnostic.Place!.File)[diagnostic.Place.Line - 1];

    // readelf has what the linker made: the symbols of a name, by address, and after which file's symbol the local ones stand.
    private static void AssertAreThere(IEnumerable<ExplainedReference> references)
    {
        string file = "";
        List<(string Name, string Address, string? File)> symbols = [];
        foreach (string[] fields in Tool.Run("readelf", "-sW", Path.Combine(DemoKernelTree.Path, "vmlinux")).Output.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(fields => fields.Length == 8))
        {
            file = fields[3] == "FILE" ? fields[7] : file;
            symbols.Add((fields[7], fields[1], fields[4] == "LOCAL" ? file : null));
        }

        foreach (ExplainedReference reference in references)
        {
            (string Name, string Address, string? File)[] named = [.. symbols.Where(symbol => symbol.Name == reference.Name).OrderBy(symbol => symbol.Address, StringComparer.Ordinal)];
            Assert.Equal(reference.Position == 0, named.Length == 1);
            string? expected = named[(int)Math.Max(reference.Position, 1) - 1].File;
            if (reference.SourceFile is not null && expected is not null)
                Assert.Equal(expected, Path.GetFileName(reference.SourceFile));
        }
    }

    private PatchResult? Run(string diff)
    {
        PatchRequest request = new()
        {
            Kernel = DemoUnits.Kernel with { Database = folder["cache/symbols.klp"] },
            Patches = [new PatchInput(folder.Write("fix.patch", diff), 1, null)],
            WorkDirectory = folder["work"],
        };
        return new PatchBuild(request).Run(diagnostics, CancellationToken.None);
    }
}
