#include <linux/module.h>
MODULE_DESCRIPTION("without pahole");
MODULE_LICENSE("GPL");
