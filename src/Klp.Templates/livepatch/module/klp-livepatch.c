// SPDX-License-Identifier: GPL-2.0
#include <linux/blkdev.h>
#include <linux/device.h>
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/sysfs.h>

/*
 * What the new code uses of the module is declared as there, static or not.
 * It is resolved when the module is loaded, before the livepatch or after it.
 */
extern int zram_major;

/* Takes the place of the function of drivers/block/zram/zram_drv.c. */
static ssize_t livepatch_initstate_show(struct device *dev,
					struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s, major %d\n",
			  get_capacity(dev_to_disk(dev)) ? "initialised" : "uninitialised",
			  zram_major);
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

static int __init livepatch_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit livepatch_exit(void)
{
}

module_init(livepatch_init);
module_exit(livepatch_exit);
MODULE_DESCRIPTION("Says in words what state a zram device is in");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
