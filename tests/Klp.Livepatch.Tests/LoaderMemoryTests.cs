using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Tests.Support;
using Klp.Livepatch.Validation;

namespace Klp.Livepatch.Tests;

/// <summary>Symbols in memory that the module loader treats in a way of its own: what converts, what is refused, and what is foretold of a finished module.</summary>
[Trait("Needs", "kernel")]
public class LoaderMemoryTests(LoaderMemoryTests.Modules modules) : IClassFixture<LoaderMemoryTests.Modules>
{
    private const string PerCpu = ".data..percpu";

    [Fact]
    public void A_modules_symbol_in_a_per_cpu_variable_is_an_error_at_its_line()
    {
        Diagnostic error = Expect.Error("KLP3015", DemoConversion.Plan(modules["percpu_module"]).Diagnostics);
        Assert.StartsWith("where is a per-CPU variable and uses 'num_devices' of the module zram, which is resolved when zram loads.", error.Message, StringComparison.Ordinal);
        Assert.Contains("write into freed memory", error.Message, StringComparison.Ordinal);
        Assert.Equal((modules.Source("percpu_module.c"), modules.LineOf("percpu_module.c", "the use")), (error.Place!.File, error.Place.Line));
    }

    [Fact]
    public void A_symbol_of_vmlinux_in_a_per_cpu_variable_is_converted_since_the_kernel_relocates_it()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["percpu_vmlinux"]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts("totalreserve_pages", "vmlinux:totalreserve_pages", ".klp.rela.vmlinux." + PerCpu);
    }

    [Theory]
    [InlineData("6.1.0", "KLP3017")]
    [InlineData("6.12.117", "KLP3017")]
    [InlineData("6.15.9", "KLP3017")]
    [InlineData("6.16", null)]
    [InlineData("7.3.4", null)]
    public void A_symbol_of_vmlinux_in_a_per_cpu_variable_is_an_error_before(string version, string? code)
    {
        Assert.True(KernelVersion.TryParse(version, out KernelVersion parsed));
        DiagnosticBag found = DemoConversion.Plan(modules["percpu_vmlinux"], DemoConversion.Context with { Dialect = KernelDialect.For(parsed) }).Diagnostics;
        Expect.Codes(found, code is null ? [] : [code]);
        Assert.All(found, error => Assert.Contains("where is a per-CPU variable and uses 'totalreserve_pages' of vmlinux. Kernels before 6.16", error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("after_init", ".klp.rela.zram..data..ro_after_init")]
    [InlineData("exit_code", ".klp.rela.zram..exit.text")]
    [InlineData("aligned", ".klp.rela.zram..data")]
    public void Memory_that_stays_takes_a_modules_symbol(string module, string section)
    {
        ConversionPlan plan = DemoConversion.Plan(modules[module]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts("num_devices", "zram:num_devices", section);
    }

    [Fact]
    public void Code_for_the_end_is_freed_in_a_kernel_that_unloads_no_modules()
    {
        FakeTree tree = new();
        tree.Replace(".config", "CONFIG_MODULE_UNLOAD=y", "# CONFIG_MODULE_UNLOAD is not set");
        Diagnostic error = Expect.Error("KLP3015", DemoConversion.Plan(modules["exit_code"], DemoConversion.Context with { Tree = DemoTree.Open(tree.Path) }).Diagnostics);
        Assert.Contains("is in .exit.text, which is freed", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("parameter", "KLP3015", "through __param, which is resolved when zram loads. The kernel reads that section before, as the livepatch loads, to set and show the module's parameters")]
    [InlineData("packed", "KLP3018", "packed has, at an address that is not a multiple of 4, a pointer that uses 'num_devices' of the module zram")]
    [InlineData("own_section", "KLP3019", "in the section my_pointers, and what the kernel does with a section of that name before is not known")]
    public void A_modules_symbol_where_the_kernel_comes_first_or_cannot_write_is_an_error(string module, string code, string message) =>
        Assert.Contains(message, Expect.Error(code, DemoConversion.Plan(modules[module]).Diagnostics).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(PerCpu, "KLP4029")]
    [InlineData("__param", "KLP4040")]
    [InlineData(".init_array", "KLP4040")]
    [InlineData("__tracepoints_ptrs", "KLP4040")]
    [InlineData("__kcrctab", "KLP4040")]
    [InlineData("__ex_table", "KLP4040")]
    [InlineData(".static_call.text", "KLP4040")]
    [InlineData(".init.data", "KLP4029")]
    [InlineData("__versions", "KLP4029")]
    [InlineData("my_pointers", "KLP4058")]
    [InlineData(".data..read_mostly", null)]
    [InlineData(".data..ro_after_init", null)]
    [InlineData(".rodata.own", null)]
    [InlineData("__bug_table", null)]
    public void What_is_foretold_of_a_finished_module(string section, string? code)
    {
        DiagnosticBag findings = Findings(WithPointer(section, ".klp.rela.zram."));
        Expect.Codes(findings, code is null ? [] : [code]);
    }

    [Fact]
    public void KLP4057_a_pointer_that_is_not_aligned()
    {
        ElfObject module = ElfObject.Read(DemoConversion.Convert(modules["aligned"]), "aligned.ko");
        ElfRelocationSection section = module.RelocationSections.Single(found => found.Name == ".klp.rela.zram..data");
        section.Relocations[0].Offset += 2;
        Assert.Contains("The kernel silently writes nothing there", Expect.Error("KLP4057", Findings(module)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4029_a_section_for_what_is_not_loaded()
    {
        ElfObject module = ElfObject.Read(DemoConversion.Convert(modules["aligned"]), "aligned.ko");
        module.RelocationSections.Single(found => found.Name == ".klp.rela.zram..data").InfoSection = module.FindSection(".comment");
        Assert.Contains("which the kernel does not keep", Findings(module).Single(finding => finding.Code == "KLP4029").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("6.12.117", "KLP4055")]
    [InlineData("6.16.0", null)]
    public void KLP4055_a_per_cpu_variable_that_begins_with_an_address(string release, string? code)
    {
        FakeTree tree = new();
        string own = DemoTree.Tree.Release;
        tree.Replace("include/generated/utsrelease.h", own, release);
        string[] found = [.. Findings(ElfObject.Open(modules["percpu_own"]), tree).Where(finding => finding.Code == "KLP4055").Select(finding => finding.Message.Split(',')[0])];
        Assert.Equal(code is null ? [] : ["where is a per-CPU variable that begins with an address. Kernels before 6.16 do not relocate the per-CPU variables of modules: it would be null"], found);
    }

    [Fact]
    public void KLP4056_a_per_cpu_variable_in_a_section_that_the_kernel_does_not_copy()
    {
        string message = Expect.Error("KLP4056", Findings(ElfObject.Read(DemoConversion.Convert(modules["percpu_rarely"]), "rarely.ko"))).Message;
        Assert.StartsWith("The per-CPU variable rarely is in the section .data..percpu..read_mostly", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("weak_known", "show_val_kb", "vmlinux:show_val_kb")]
    [InlineData("weak_module", "zcomp_available_show", "zram:zcomp_available_show")]
    public void A_weak_symbol_that_the_kernel_has_is_converted(string module, string name, string target)
    {
        ConversionPlan plan = DemoConversion.Plan(modules[module]);
        Expect.Nothing(plan.Diagnostics);
        Assert.Equal((SymbolDecisionKind.Livepatch, target), (plan.Decision(name).Kind, plan.Decision(name).Target!.ToString()));
    }

    [Fact]
    public void A_weak_symbol_that_the_kernel_has_several_times_is_ambiguous() =>
        Assert.Contains("'c_start'", Expect.Error("KLP3002", DemoConversion.Plan(modules["weak_several"]).Diagnostics).Message, StringComparison.Ordinal);

    [Fact]
    public void A_weak_symbol_of_a_module_that_is_not_patched_stays()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["weak_elsewhere"]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertLeaves("zcomp_available_show");
    }

    [Fact]
    public void A_weak_variable_that_the_compiler_reaches_through_a_table_is_an_error_with_the_way_out()
    {
        DiagnosticBag found = DemoConversion.Plan(modules["weak_variable"]).Diagnostics;
        Assert.All(found, error => Assert.Contains("Declare it without __weak", error.Message, StringComparison.Ordinal));
        Assert.NotEmpty(found);
    }

    // A pointer in a section of its own, as another tool could have made it.
    private ElfObject WithPointer(string section, string prefix)
    {
        ElfObject module = ElfObject.Read(DemoConversion.Convert(modules["aligned"]), "pointer.ko");
        ElfRelocationSection known = module.RelocationSections.Single(found => found.Name == ".klp.rela.zram..data");
        ElfDataSection? target = module.FindSection(section) as ElfDataSection;
        if (target is null)
        {
            target = new ElfDataSection(section, ElfSectionType.ProgBits, new byte[16]) { Flags = ElfSectionFlags.Alloc | ElfSectionFlags.Write, Alignment = 8 };
            module.AddSection(target);
        }

        ElfRelocationSection added = new(prefix + section, target, module.SymbolTable!) { Flags = known.Flags };
        added.Relocations.Add(new ElfRelocation { Symbol = known.Relocations[0].Symbol, Type = known.Relocations[0].Type });
        module.AddSection(added);
        return module;
    }

    private static DiagnosticBag Findings(ElfObject module, FakeTree? tree = null)
    {
        DiagnosticBag findings = new();
        LivepatchValidator.Validate(module.ToArray(), module.FileName, tree is null ? DemoTree.Tree : DemoTree.Open(tree.Path), DemoTree.Database, findings);
        return findings;
    }

    private const string PatchZram = "PATCH(IN_MODULE(zram, REPLACE(initstate_show, new_show)));";

    private static KbuildModule OfZram(string name, string code) => new(name, $$"""
        extern unsigned int num_devices;
        {{code}}
        {{PatchZram}}
        """);

    public sealed class Modules() : KbuildModules(
        OfZram("percpu_module", """
            static DEFINE_PER_CPU(unsigned int *, where) = &num_devices; /* the use */
            static int new_show(int x) { return *this_cpu_read(where); }
            """),
        new KbuildModule("percpu_vmlinux", $$"""
            extern unsigned long totalreserve_pages;
            static DEFINE_PER_CPU(unsigned long *, where) = &totalreserve_pages;
            static int new_show(int x) { return *this_cpu_read(where); }
            {{PatchZram}}
            """),
        new KbuildModule("percpu_own", $$"""
            int own;
            DEFINE_PER_CPU(int *, where) = &own;
            static int new_show(int x) { return *this_cpu_read(where); }
            {{PatchZram}}
            """),
        new KbuildModule("percpu_rarely", $$"""
            static DEFINE_PER_CPU_READ_MOSTLY(int, rarely);
            static int new_show(int x) { this_cpu_write(rarely, x); return this_cpu_read(rarely); }
            {{PatchZram}}
            """),
        OfZram("after_init", """
            unsigned int *after_init __ro_after_init = &num_devices;
            static int new_show(int x) { return *after_init; }
            """),
        OfZram("aligned", """
            unsigned int *pointer = &num_devices;
            static int new_show(int x) { return *pointer; }
            """),
        OfZram("packed", """
            struct { char first; unsigned int *pointer; } __packed packed = { 1, &num_devices };
            static int new_show(int x) { return *packed.pointer; }
            """),
        OfZram("parameter", """
            static int new_show(int x) { return x; }
            module_param_named(devices, num_devices, uint, 0444);
            """),
        OfZram("own_section", """
            unsigned int *pointer __section("my_pointers") = &num_devices;
            static int new_show(int x) { return *pointer; }
            """),
        OfZram("exit_code", """
            static int new_show(int x) { return x; }
            #undef module_exit
            #define module_exit(stop) void __exit cleanup_module(void) { WRITE_ONCE(num_devices, 0); stop(); }
            """),
        new KbuildModule("weak_known", $$"""
            extern void show_val_kb(struct seq_file *m, const char *s, unsigned long num) __weak;
            static int new_show(struct seq_file *m) { show_val_kb(m, "x", 1); return 0; }
            {{PatchZram}}
            """),
        new KbuildModule("weak_module", $$"""
            extern int zcomp_available_show(int) __weak;
            static int new_show(int x) { return zcomp_available_show(x); }
            {{PatchZram}}
            """),
        new KbuildModule("weak_several", $$"""
            extern void *c_start(struct seq_file *m, loff_t *pos) __weak;
            static int new_show(struct seq_file *m) { return !c_start(m, NULL); }
            {{PatchZram}}
            """),
        new KbuildModule("weak_elsewhere", """
            extern int zcomp_available_show(int) __weak;
            static int new_show(int x) { return zcomp_available_show(x); }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """),
        new KbuildModule("weak_variable", $$"""
            extern unsigned long totalreserve_pages __weak;
            static int new_show(int x) { return totalreserve_pages; }
            {{PatchZram}}
            """));
}
