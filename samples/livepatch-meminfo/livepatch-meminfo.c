// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Replaces what /proc/meminfo shows with an answer to "how full is this
 * machine?": what is used, what the kernel keeps for itself, what has been
 * promised to processes and how firmly.
 *
 * None of the functions and variables declared below is exported to modules.
 * Declared and used as in the kernel's own code, they are resolved by livepatch.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/seq_file.h>
#include <linux/version.h>
#include <klp/relocation.h>

/* mm/swapfile.c, mm/util.c, mm/page_alloc.c: global, but for the kernel only. */
extern void si_swapinfo(struct sysinfo *info);
extern unsigned long vm_commit_limit(void);
extern unsigned long totalreserve_pages;
extern int sysctl_overcommit_memory;

/* fs/proc/meminfo.c: static there, and inlined, so no symbol, where the kernel is optimized for speed. */
#ifdef CONFIG_CC_OPTIMIZE_FOR_SIZE
extern void show_val_kb(struct seq_file *m, const char *s, unsigned long num);
#else
static void show_val_kb(struct seq_file *m, const char *s, unsigned long num)
{
	seq_put_decimal_ull_width(m, s, num << (PAGE_SHIFT - 10), 8);
	seq_puts(m, " kB\n");
}
#endif

/*
 * Static too, and where there is a device tree there are two: the first is
 * mm/memblock.c's count of the regions reserved with reserve_mem= on the command
 * line, which older kernels do not know, the second drivers/of/of_reserved_mem.c's
 * of those that the device tree reserves.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
extern int reserved_mem_count;
static struct KLP_MODULE_RELOC(vmlinux) livepatch_meminfo_relocs[] = {
	KLP_SYMPOS(reserved_mem_count, 1)
};
#else
static const int reserved_mem_count;
#endif

static const char * const overcommit_policy[] = {
	[OVERCOMMIT_GUESS] = "guess",
	[OVERCOMMIT_ALWAYS] = "always",
	[OVERCOMMIT_NEVER] = "never",
};

static const char *livepatch_meminfo_policy(void)
{
	unsigned int policy = READ_ONCE(sysctl_overcommit_memory);

	return policy < ARRAY_SIZE(overcommit_policy) ? overcommit_policy[policy] : "unknown";
}

/* The project file says that it replaces meminfo_proc_show; the rest of the module is generated. */
int livepatch_meminfo_proc_show(struct seq_file *m, void *v)
{
	unsigned long available, used, committed, limit;
	struct sysinfo i;

	si_meminfo(&i);
	si_swapinfo(&i);
	available = max(si_mem_available(), 0L);
	used = i.totalram - min(available, i.totalram);
	committed = vm_memory_committed();
	limit = vm_commit_limit();

	show_val_kb(m, "MemTotal:       ", i.totalram);
	show_val_kb(m, "MemFree:        ", i.freeram);
	show_val_kb(m, "MemAvailable:   ", available);
	show_val_kb(m, "MemUsed:        ", used);
	seq_printf(m, "MemUsedPercent: %8lu %%\n", used * 100 / max(i.totalram, 1UL));
	show_val_kb(m, "KernelReserve:  ", totalreserve_pages);
	seq_printf(m, "ReservedRegions:%8d\n", READ_ONCE(reserved_mem_count));
	show_val_kb(m, "SwapTotal:      ", i.totalswap);
	show_val_kb(m, "SwapFree:       ", i.freeswap);
	show_val_kb(m, "CommitLimit:    ", limit);
	show_val_kb(m, "Committed_AS:   ", committed);
	seq_printf(m, "CommitPercent:  %8lu %%\n", committed * 100 / max(limit, 1UL));
	seq_printf(m, "Overcommit:     %8s\n", livepatch_meminfo_policy());
	return 0;
}
