#include <linux/module.h>
int early(void);
int __init early(void) { return 1; }
EXPORT_SYMBOL(early);
static int __init begin(void) { return early(); }
module_init(begin);
MODULE_DESCRIPTION("an export that is freed");
MODULE_LICENSE("GPL");
