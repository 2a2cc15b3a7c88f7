#include <linux/module.h>
int first(void);
int first(void)
{
	asm volatile("push %rax");
	return 0;
}
static int __init begin(void) { return first(); }
module_init(begin);
MODULE_DESCRIPTION("a function that returns with another stack");
MODULE_LICENSE("GPL");
