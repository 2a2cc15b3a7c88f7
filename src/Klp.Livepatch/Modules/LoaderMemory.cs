using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Facts;

namespace Klp.Livepatch.Modules;

/// <summary>
/// What becomes of a module's sections between the loader's own relocations, with which those of <c>.klp.rela.vmlinux</c> are
/// applied since 5.8, and <c>klp_enable_patch()</c>, which is the first to apply those of patched modules: load_module() of
/// kernel/module/main.c, module_finalize() of arch/*/kernel/module*.c, and who listens to MODULE_STATE_COMING and LIVE.
/// Read in 6.1, 6.12, 7.2 and 7.3.
/// </summary>
internal static class LoaderMemory
{
    /// <summary>The template of the per-CPU variables (kernel/module/main.c, find_pcpusec).</summary>
    internal const string PerCpu = ".data..percpu";

    // The first that fits counts.
    private static readonly LoaderSection[] Known =
    [
        new(PerCpu, LoaderTreatment.CopiedForEachCpu, ""),
        new(".modinfo", LoaderTreatment.NotLoaded, ""),
        new("__versions", LoaderTreatment.NotLoaded, ""),
        new("__version_ext_crcs", LoaderTreatment.NotLoaded, ""),
        new("__version_ext_names", LoaderTreatment.NotLoaded, ""),

        new(".gnu.linkonce.this_module", LoaderTreatment.Read, "call the module's init function"),
        new("__param", LoaderTreatment.Read, "set and show the module's parameters"),
        new(".ctors", LoaderTreatment.Read, "call constructors"),
        new(".init_array", LoaderTreatment.Read, "call constructors"),
        new("__ksymtab*", LoaderTreatment.Read, "export symbols"),
        new("__kcrctab*", LoaderTreatment.Read, "export symbols"),
        new("__kflagstab", LoaderTreatment.Read, "export symbols"),
        new("__ex_table", LoaderTreatment.Read, "sort the places that may fault"),

        new("__jump_table", LoaderTreatment.Read, "write static branches"),
        new(".static_call*", LoaderTreatment.Read, "write static calls"),
        new("__patchable_function_entries", LoaderTreatment.Read, "make functions traceable"),
        new("__mcount_loc", LoaderTreatment.Read, "make functions traceable"),
        new("_error_injection_whitelist", LoaderTreatment.Read, "find the functions that may be made to fail"),
        new("_kprobe_blacklist", LoaderTreatment.Read, "find the functions that must not be probed"),

        new("__tracepoints*", LoaderTreatment.Read, "register tracepoints"),
        new("_ftrace_events", LoaderTreatment.Read, "register trace events"),
        new("_ftrace_eval_map", LoaderTreatment.Read, "register trace events"),
        new("__bpf_raw_tp_map", LoaderTreatment.Read, "register tracepoints for BPF"),
        new("__trace_printk_fmt", LoaderTreatment.Read, "register the formats of trace_printk()"),
        new(".printk_index", LoaderTreatment.Read, "list the formats of printk()"),
        new("__dyndbg*", LoaderTreatment.Read, "register dynamic debug messages"),
        new("__verbose", LoaderTreatment.Read, "register dynamic debug messages"),
        new("___srcu_struct_ptrs", LoaderTreatment.Read, "prepare its SRCU structures"),
        new(".kunit_test_suites", LoaderTreatment.Read, "run tests"),
        new(".kunit_init_test_suites", LoaderTreatment.Read, "run tests"),

        new(".altinstructions", LoaderTreatment.Read, "write alternatives"),
        new(".parainstructions", LoaderTreatment.Read, "write paravirtual calls") { Machine = ElfMachine.X8664 },
        new(".smp_locks", LoaderTreatment.Read, "write lock prefixes") { Machine = ElfMachine.X8664 },
        new(".retpoline_sites", LoaderTreatment.Read, "write indirect branches") { Machine = ElfMachine.X8664 },
        new(".return_sites", LoaderTreatment.Read, "write returns") { Machine = ElfMachine.X8664 },
        new(".call_sites", LoaderTreatment.Read, "write calls") { Machine = ElfMachine.X8664 },
        new(".cfi_sites", LoaderTreatment.Read, "write checks of indirect calls") { Machine = ElfMachine.X8664 },
        new(".ibt_endbr_seal", LoaderTreatment.Read, "seal functions") { Machine = ElfMachine.X8664 },
        new(".orc_*", LoaderTreatment.Read, "sort what unwinds the stack"),
        new("__kcfi_traps", LoaderTreatment.Read, "find checks of indirect calls"),
        new(".plt*", LoaderTreatment.Read, "write distant branches"),
        new(".got*", LoaderTreatment.Read, "hold addresses of its own choice") { Machine = ElfMachine.LoongArch },
        new(".text.ftrace_trampoline", LoaderTreatment.Read, "write the way to ftrace"),
        new(".ftrace_trampoline", LoaderTreatment.Read, "write the way to ftrace"),
        new(".stubs", LoaderTreatment.Read, "write distant branches") { Machine = ElfMachine.PowerPC64 },
        new(".mygot", LoaderTreatment.Read, "hold addresses of its own choice") { Machine = ElfMachine.PowerPC64 },
        new(".opd", LoaderTreatment.Read, "find functions") { Machine = ElfMachine.PowerPC64 },
        new("__ftr_*", LoaderTreatment.Read, "write what depends on the processor") { Machine = ElfMachine.PowerPC64 },
        new("__mmu_ftr_*", LoaderTreatment.Read, "write what depends on the processor") { Machine = ElfMachine.PowerPC64 },
        new("__fw_ftr_*", LoaderTreatment.Read, "write what depends on the firmware") { Machine = ElfMachine.PowerPC64 },
        new("__lwsync_fixup", LoaderTreatment.Read, "write what depends on the processor") { Machine = ElfMachine.PowerPC64 },
        new("__spec_barrier_fixup", LoaderTreatment.Read, "write what depends on the processor") { Machine = ElfMachine.PowerPC64 },
        new(".s390_indirect*", LoaderTreatment.Read, "write indirect branches") { Machine = ElfMachine.S390 },
        new(".s390_return*", LoaderTreatment.Read, "write returns") { Machine = ElfMachine.S390 },
        new("__stack_protector_loc", LoaderTreatment.Read, "write checks of the stack") { Machine = ElfMachine.S390 },

        new(".data*", LoaderTreatment.Kept, ""),
        new(".rodata*", LoaderTreatment.Kept, ""),
        new(".bss*", LoaderTreatment.Kept, ""),
        new(".toc", LoaderTreatment.Kept, "") { Machine = ElfMachine.PowerPC64 },
        new(".got*", LoaderTreatment.Kept, ""),
        new(".ref.*", LoaderTreatment.Kept, ""),
        // Where the kernel does not free them.
        new(SectionLife.Init + "*", LoaderTreatment.Kept, ""),
        new(SectionLife.Exit + "*", LoaderTreatment.Kept, ""),
        new("__bug_table", LoaderTreatment.Kept, ""),
        // Copied into memory of its own, which outlives the module (lib/codetag.c).
        new(".codetag.*", LoaderTreatment.Kept, ""),
        new("alloc_tags", LoaderTreatment.Kept, ""),
    ];

    /// <summary>What the kernel does with a section.</summary>
    /// <param name="machine">The module's machine.</param>
    /// <param name="section">A section of it.</param>
    /// <param name="config">The kernel's configuration, or null where it is not known.</param>
    /// <returns>
    /// The section's treatment, under its name in the table; with <see cref="LoaderTreatment.Unknown"/> a name that is not in it.
    /// </returns>
    internal static LoaderSection Find(ElfMachine machine, ElfSection section, KernelConfig? config)
    {
        // Without CONFIG_SMP per-CPU variables are ordinary data.
        bool isOrdinary = section.Name == PerCpu && config?.IsEnabled("SMP") == false;
        LoaderSection? known = Known.FirstOrDefault(each => each.Is(machine, section.Name) && !(isOrdinary && each.Name == PerCpu));
        if (!section.Flags.HasFlag(ElfSectionFlags.Alloc))
            return new LoaderSection(section.Name, LoaderTreatment.NotLoaded, "");
        if (known is { Treatment: LoaderTreatment.Kept }
            && SectionLife.IsFreedOfModule(section.Name, machine, config?.IsEnabled("MODULE_UNLOAD") != false))
        {
            return new LoaderSection(section.Name, LoaderTreatment.Freed, "");
        }

        // Code of a name that is not in the table is moved and protected like other code.
        return known
            ?? new LoaderSection(
                section.Name, section.Flags.HasFlag(ElfSectionFlags.Execute) ? LoaderTreatment.Kept : LoaderTreatment.Unknown, "");
    }
}
