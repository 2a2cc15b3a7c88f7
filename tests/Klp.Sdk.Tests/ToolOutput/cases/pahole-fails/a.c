#include <linux/module.h>
MODULE_DESCRIPTION("a pahole that refuses an option");
MODULE_LICENSE("GPL");
