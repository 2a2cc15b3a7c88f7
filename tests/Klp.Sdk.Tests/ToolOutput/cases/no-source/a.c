#include <linux/module.h>
MODULE_DESCRIPTION("a source that is not there");
MODULE_LICENSE("GPL");
