// SPDX-License-Identifier: GPL-2.0
#include <linux/blkdev.h>
#include <linux/device.h>
#include <linux/sysfs.h>

/*
 * What the new code uses of the module is declared as there, static or not.
 * It is resolved when the module is loaded, before the livepatch or after it.
 */
extern int zram_major;

/* Takes the place of the function of drivers/block/zram/zram_drv.c: the project says so. */
ssize_t livepatch_initstate_show(struct device *dev,
				 struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s, major %d\n",
			  get_capacity(dev_to_disk(dev)) ? "initialised" : "uninitialised",
			  zram_major);
}
