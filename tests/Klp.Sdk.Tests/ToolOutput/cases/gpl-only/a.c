#include <linux/module.h>
#include <linux/kobject.h>
extern int nowhere(void);
static int __init begin(void) { return nowhere() + !kobject_create_and_add("x", NULL); }
module_init(begin);
MODULE_DESCRIPTION("a symbol for GPL modules");
MODULE_LICENSE("Proprietary");
