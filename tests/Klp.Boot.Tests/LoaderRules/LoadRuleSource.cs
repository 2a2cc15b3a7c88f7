

namespace Klp.Boot.Tests.LoaderRules;

/// <summary>The C sources of the livepatches that break a rule of the kernel, and of the good one that the others are made of.</summary>
internal static class LoadRuleSource
{
    /// <summary>The good livepatch, which is converted.</summary>
    public const string Good = "klp_rules";

    /// <summary>A symbol that the good livepatch imports and never uses.</summary>
    public const string UnusedImport = "dump_stack";

    /// <summary>A module that switches a static key off as it starts, and a livepatch of it whose code depends on that key.</summary>
    public const string KeyTarget = "key_target", Key = "klp_key";

    /// <summary>A livepatch as the kernel's own klp-build compiles it, before objtool's last step.</summary>
    public const string Objtool = "klp_objtool";

    /// <summary>A livepatch whose pointers are in every kind of memory that livepatch may write, which is converted.</summary>
    public const string Memory = "klp_memory";

    /// <summary>What the patched function of vmlinux shows, and that of zram.</summary>
    public const string VmlinuxFile = "/proc/cmdline", ZramFile = "/sys/block/zram0/initstate";

    /// <summary>OPTIMIZER_HIDE_VAR keeps the compiler from using the symbols instead of the pointers to them.</summary>
    private const string GoodCode = """
        #include <linux/device.h>
        #include <linux/mm.h>
        #include <linux/seq_file.h>
        #include <linux/sysfs.h>

        extern void si_swapinfo(struct sysinfo *info);
        extern unsigned long totalreserve_pages;
        #ifdef CONFIG_ARM64
        extern int reserved KLP_RELOC_SYMBOL_POS(vmlinux, vmlinux, reserved_mem_count, 1);
        #else
        static int reserved = 1;
        #endif
        extern size_t huge_class_size KLP_RELOC_SYMBOL(zram, zram, huge_class_size);
        static void *const of_vmlinux[] = { &totalreserve_pages };
        static void *const of_zram[] = { &huge_class_size };

        static int show_vmlinux(struct seq_file *m, void *v)
        {
        	void *const *pointer = of_vmlinux;

        	OPTIMIZER_HIDE_VAR(pointer);
        	if (!m)
        		dump_stack();
        	seq_printf(m, "text %ps\nrodata %ps\nreserved %d\n", si_swapinfo, *pointer, reserved);
        	return 0;
        }

        static ssize_t show_zram(struct device *dev, struct device_attribute *attr, char *buf)
        {
        	void *const *pointer = of_zram;

        	OPTIMIZER_HIDE_VAR(pointer);
        	return sysfs_emit(buf, "text %ps\nrodata %ps\n", &huge_class_size, *pointer);
        }

        """;

    /// <summary>A livepatch without symbols to resolve.</summary>
    private const string PlainCode = """
        #include <linux/device.h>
        #include <linux/jump_label.h>
        #include <linux/seq_file.h>
        #include <linux/sysfs.h>

        static int show_vmlinux(struct seq_file *m, void *v)
        {
        	seq_puts(m, "patched\n");
        	return 0;
        }

        static ssize_t __maybe_unused show_zram(struct device *dev, struct device_attribute *attr, char *buf)
        {
        	return sysfs_emit(buf, "patched\n");
        }

        """;

    // What objtool klp diff writes: code refers to weak tombstones, and beside it stands what each is to be. The tables are made
    // at run time (scripts/livepatch/init.c).
    private const string ObjtoolSource = """
        #include <linux/livepatch.h>
        #include <linux/mm.h>
        #include <linux/module.h>
        #include <linux/seq_file.h>
        #include <linux/slab.h>

        extern void si_swapinfo_of_kernel(struct sysinfo *info) __asm__(".klp.tombstone.si_swapinfo") __weak;
        extern unsigned long reserve_of_kernel __asm__(".klp.tombstone.totalreserve_pages") __weak;
        extern char klp_si_swapinfo[] __asm__(".klp.sym.vmlinux.si_swapinfo.0") __weak;
        extern char klp_totalreserve_pages[] __asm__(".klp.sym.vmlinux.totalreserve_pages.0") __weak;
        static void *const of_vmlinux[] = { &reserve_of_kernel };

        static int show_vmlinux(struct seq_file *m, void *v)
        {
        	void *const *pointer = of_vmlinux;
        	struct sysinfo info = { };

        	OPTIMIZER_HIDE_VAR(pointer);
        	si_swapinfo_of_kernel(&info);
        	seq_printf(m, "rodata %ps\n", *pointer);
        	return 0;
        }

        static const struct {
        	const void *offset, *symbol;
        	unsigned int type;
        } entries[] __used __section("__klp_relocs.vmlinux") = {
        	{ show_vmlinux, klp_si_swapinfo, 1 },
        	{ of_vmlinux, klp_totalreserve_pages, 1 },
        };

        static int __init livepatch_start(void)
        {
        	struct klp_patch *patch = kzalloc(sizeof(*patch), GFP_KERNEL);
        	struct klp_object *objects = kcalloc(2, sizeof(*objects), GFP_KERNEL);
        	struct klp_func *functions = kcalloc(2, sizeof(*functions), GFP_KERNEL);

        	if (!patch || !objects || !functions)
        		return -ENOMEM;
        	functions[0].old_name = "cmdline_proc_show";
        	functions[0].new_func = show_vmlinux;
        	objects[0].funcs = functions;
        	patch->mod = THIS_MODULE;
        	patch->objs = objects;
        	return klp_enable_patch(patch);
        }
        static void __exit livepatch_stop(void) { }
        module_init(livepatch_start);
        module_exit(livepatch_stop);
        MODULE_LICENSE("GPL");
        MODULE_INFO(livepatch, "Y");

        """;

    /// <summary>
    /// Not static, so that the compiler does not take them for constants. Kernels before 6.16 do not relocate per-CPU variables;
    /// there it does what the advice says.
    /// </summary>
    private const string MemoryCode = """
        #include <linux/device.h>
        #include <linux/mm.h>
        #include <linux/percpu.h>
        #include <linux/seq_file.h>
        #include <linux/sysfs.h>
        #include <linux/version.h>

        extern unsigned long totalreserve_pages;
        /* Kernels have another one where zsmalloc is no module of its own. */
        extern size_t huge_class_size KLP_RELOC_SYMBOL(zram, zram, huge_class_size);
        #if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
        DEFINE_PER_CPU(void *, of_cpu) = &totalreserve_pages;
        #else
        DEFINE_PER_CPU(void *, of_cpu);
        #endif
        void *after_init __ro_after_init = &huge_class_size;
        void *ordinary = &huge_class_size;
        #ifdef CONFIG_X86
        struct { char first; void *pointer; } __packed packed = { 1, &huge_class_size };
        #else
        struct { char first; void *pointer; } packed = { 1, &huge_class_size };
        #endif

        static void __init prepare(void)
        {
        #if LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
        	unsigned int cpu;

        	for_each_possible_cpu(cpu)
        		per_cpu(of_cpu, cpu) = &totalreserve_pages;
        #endif
        }

        static int show_vmlinux(struct seq_file *m, void *v)
        {
        	seq_printf(m, "percpu %ps\n", this_cpu_read(of_cpu));
        	return 0;
        }

        static ssize_t show_zram(struct device *dev, struct device_attribute *attr, char *buf)
        {
        	return sysfs_emit(buf, "ro_after_init %ps\nordinary %ps\npacked %ps\n", after_init, ordinary, packed.pointer);
        }

        """;

    /// <summary>A per-CPU variable that begins with an address of the livepatch itself.</summary>
    private const string PerCpuCode = """
        #include <linux/percpu.h>
        #include <linux/seq_file.h>

        int own;
        DEFINE_PER_CPU(int *, of_own) = &own;

        static int show_vmlinux(struct seq_file *m, void *v)
        {
        	seq_puts(m, this_cpu_read(of_own) == &own ? "patched\n" : "null\n");
        	return 0;
        }

        """;

    private const string KeyCode = """
        #include <linux/jump_label.h>
        #include <linux/moduleparam.h>

        extern struct static_key_true target_key;

        static int show_key(char *buffer, const struct kernel_param *kp)
        {
        	return sprintf(buffer, "patched %s\n", static_branch_likely(&target_key) ? "on" : "off");
        }

        """;

    private const string KeyTargetSource = """
        #include <linux/jump_label.h>
        #include <linux/module.h>

        DEFINE_STATIC_KEY_TRUE(target_key);
        static noinline int answer(char *buffer, const struct kernel_param *kp)
        {
        	return sprintf(buffer, "%s\n", static_branch_likely(&target_key) ? "on" : "off");
        }
        static const struct kernel_param_ops ops = { .get = answer };
        module_param_cb(answer, &ops, NULL, 0444);
        static int __init start(void) { static_branch_disable(&target_key); return 0; }
        static void __exit stop(void) { }
        module_init(start);
        module_exit(stop);
        MODULE_LICENSE("GPL");

        """;

    private const string KeyFile = "/sys/module/key_target/parameters/answer";

    private const string OldName = "cmdline_proc_show";

    /// <summary>get_taint() is inlined into proc_taint(), which shows this file.</summary>
    private const string TaintFile = "/proc/sys/kernel/tainted";

    private const string TaintCode = """
        #include <linux/sysctl.h>
        #include <linux/uaccess.h>

        static unsigned long no_taint(void)
        {
        	return 0;
        }

        static int __maybe_unused show_taint(const struct ctl_table *table, int write, void *buffer, size_t *lenp, loff_t *ppos)
        {
        	*lenp = *ppos ? 0 : scnprintf(buffer, *lenp, "%lu\n", no_taint());
        	*ppos += *lenp;
        	return 0;
        }

        """;

    private static readonly string Plain = TestLivepatch.Source(PlainCode, (null, OldName, "show_vmlinux"));

    private static readonly string States = Plain
        .Replace("static struct klp_patch", "static struct klp_state states[] = { { .id = 5, .version = VERSION }, { } };\nstatic struct klp_patch", StringComparison.Ordinal)
        .Replace(".objs = objects", ".objs = objects, .states = states", StringComparison.Ordinal);

    /// <summary>The sources by module name. Those that are not good have one mistake, which their name says.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Good] = TestLivepatch.Source(GoodCode, (null, OldName, "show_vmlinux"), ("zram", "initstate_show", "show_zram")),
        [Memory] = TestLivepatch.Source(MemoryCode, (null, OldName, "show_vmlinux"), ("zram", "initstate_show", "show_zram"))
            .Replace("return klp_enable_patch", "prepare(); return klp_enable_patch", StringComparison.Ordinal),
        ["klp_percpu"] = TestLivepatch.Source(PerCpuCode, (null, OldName, "show_vmlinux")),
        ["klp_exports"] = Plain + "int exported = 1;\nEXPORT_SYMBOL_GPL(exported);\n",
        ["klp_no_objs"] = Edit(", .objs = objects", ""),
        ["klp_no_objs_used"] = Edit(", .objs = objects", "").Replace("struct klp_object objects[]", "struct klp_object objects[] __used", StringComparison.Ordinal),
        ["klp_only_name"] = Edit("{ .funcs = functions_0 }", "{ .name = \"zram\" }"),
        ["klp_no_mod"] = Edit(".mod = THIS_MODULE, ", ""),
        ["klp_no_funcs"] = Edit("{ .funcs = functions_0 }, ", "{ .name = \"zram\" }, { .funcs = functions_0 }, "),
        ["klp_no_old_name"] = Edit(".old_name = \"cmdline_proc_show\", ", ""),
        ["klp_no_new_func"] = Edit(", .new_func = show_vmlinux", ""),
        ["klp_long_object"] = Edit("{ .funcs", $"{{ .name = \"{new string('z', 56)}\", .funcs"),
        ["klp_long_function"] = Edit(OldName, new string('f', 512)),
        ["klp_object_twice"] = TestLivepatch.Source(PlainCode, (null, OldName, "show_vmlinux"), ("zram", "initstate_show", "show_zram"), ("zram2", "comp_algorithm_show", "show_zram"))
            .Replace("\"zram2\"", "\"zram\"", StringComparison.Ordinal),
        ["klp_function_twice"] = TestLivepatch.Source(PlainCode, (null, OldName, "show_vmlinux"), (null, OldName, "show_vmlinux"))
            .Replace(".new_func = show_vmlinux }, { }", ".new_func = show_vmlinux, .old_sympos = 1 }, { }", StringComparison.Ordinal),
        ["klp_nowhere"] = Edit(OldName, "no_such_function"),
        ["klp_ambiguous"] = Edit(OldName, "c_start"),
        ["klp_prototype"] = Edit("struct seq_file *m, void *v", "struct seq_file *m, void *v, int more"),
        ["klp_inlined"] = TestLivepatch.Source(TaintCode, (null, "get_taint", "no_taint")),
        ["klp_inlined_both"] = TestLivepatch.Source(TaintCode, (null, "get_taint", "no_taint"), (null, "proc_taint", "show_taint")),
        ["klp_position"] = Edit(".old_name", ".old_sympos = 2, .old_name"),
        ["klp_nowhere_zram"] = TestLivepatch.Source(PlainCode, ("zram", "no_such_function", "show_zram")),
        ["klp_untraceable"] = Edit(OldName, "copy_page"),
        // inline is notrace, and with -Os not always inlined.
        ["klp_untraceable_zram"] = TestLivepatch.Source(PlainCode, ("zram", "bio_advance_iter_single", "show_zram")),
        ["klp_freed_function"] = Edit(OldName, "rdinit_setup"),
        ["klp_vmlinux"] = Edit("{ .funcs", "{ .name = \"vmlinux\", .funcs"),
        [KeyTarget] = KeyTargetSource,
        [Objtool] = ObjtoolSource,
        [Key] = TestLivepatch.Source(KeyCode, (KeyTarget, "answer", "show_key")),
        ["klp_dash"] = TestLivepatch.Source(PlainCode, ("zram.ko", "initstate_show", "show_zram")),
        ["klp_state_2"] = States.Replace("VERSION", "2", StringComparison.Ordinal),
        ["klp_stateless"] = Edit(".objs = objects", ".objs = objects, .replace = true"),
        ["klp_state_1"] = States.Replace("VERSION", "1", StringComparison.Ordinal),
    };

    /// <summary>What a livepatch's functions show where they are right, by file: the kernel's own %ps names what it was given.</summary>
    public static IReadOnlyDictionary<string, string> Shown(string name) => name switch
    {
        Good => new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [VmlinuxFile] = "text si_swapinfo\nrodata totalreserve_pages\nreserved 1\n",
            [ZramFile] = "text huge_class_size [zram]\nrodata huge_class_size [zram]\n",
        },
        Objtool => new Dictionary<string, string>(StringComparer.Ordinal) { [VmlinuxFile] = "rodata totalreserve_pages\n" },
        Memory => new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [VmlinuxFile] = "percpu totalreserve_pages\n",
            [ZramFile] = "ro_after_init huge_class_size [zram]\nordinary huge_class_size [zram]\npacked huge_class_size [zram]\n",
        },
        Key => new Dictionary<string, string>(StringComparer.Ordinal) { [KeyFile] = "patched off\n" },
        "klp_inlined" or "klp_inlined_both" => new Dictionary<string, string>(StringComparer.Ordinal) { [TaintFile] = "0\n" },
        "klp_dash" => new Dictionary<string, string>(StringComparer.Ordinal) { [ZramFile] = "patched\n" },
        _ => new Dictionary<string, string>(StringComparer.Ordinal) { [VmlinuxFile] = "patched\n" },
    };

    private static string Edit(string from, string to)
    {
        Assert.Contains(from, Plain, StringComparison.Ordinal);
        return Plain.Replace(from, to, StringComparison.Ordinal);
    }
}
