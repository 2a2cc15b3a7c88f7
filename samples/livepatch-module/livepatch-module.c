// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Patches a function of a loadable module: /sys/block/zram<n>/initstate says
 * in words what it said in a digit, and which compressors the driver has.
 *
 * Works with zram loaded before the livepatch and after it. What is declared
 * below is static in zram, or global but not exported, and is resolved when
 * zram is there.
 */
#include <linux/blkdev.h>
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/sysfs.h>
#include <linux/version.h>
#include <klp/relocation.h>

/* drivers/block/zram/zram_drv.c: static there. */
extern int zram_major;
extern size_t huge_class_size;

/* Where zsmalloc is built in, vmlinux has one of that name too. */
static struct KLP_MODULE_RELOC(zram) zram_relocs[] = {
	KLP_SYMPOS(huge_class_size, 0),
};

/* drivers/block/zram/zcomp.c: global in the module, not exported. Since 6.17 it is told where the text goes on. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
extern ssize_t zcomp_available_show(const char *comp, char *buf, ssize_t at);
#else
extern ssize_t zcomp_available_show(const char *comp, char *buf);
#endif

static ssize_t livepatch_initstate_show(struct device *dev,
					struct device_attribute *attr, char *buf)
{
	ssize_t at = 0;

	at += sysfs_emit_at(buf, at, "%s, major %d, ",
			    get_capacity(dev_to_disk(dev)) ? "initialised" : "uninitialised",
			    READ_ONCE(zram_major));
	/* Known once the first device has been initialised. */
	if (READ_ONCE(huge_class_size))
		at += sysfs_emit_at(buf, at, "incompressible from %zu bytes, ",
				    READ_ONCE(huge_class_size));
	at += sysfs_emit_at(buf, at, "compressors: ");
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
	return zcomp_available_show("", buf, at);
#else
	return at + zcomp_available_show("", buf + at);
#endif
}

static struct klp_func zram_funcs[] = {
	{
		.old_name = "initstate_show",
		.new_func = livepatch_initstate_show,
	}, { }
};

static struct klp_object objs[] = {
	{
		.name = "zram",
		.funcs = zram_funcs,
	}, { }
};

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objs,
};

static int __init livepatch_module_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit livepatch_module_exit(void)
{
}

module_init(livepatch_module_init);
module_exit(livepatch_module_exit);
MODULE_DESCRIPTION("Says in words what state a zram device is in");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
