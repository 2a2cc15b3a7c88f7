#include <linux/module.h>
extern int nowhere(void);
static noinline int __init early(void) { return nowhere(); }
noinline int later(void);
noinline int later(void)
{
	return early() + 1;
}
static int __init begin(void) { return later(); }
module_init(begin);
MODULE_DESCRIPTION("a function that calls one of __init");
MODULE_LICENSE("GPL");
