#include <linux/module.h>
asm(".pushsection .own.section\n\t.quad 1\n\t.popsection");
static int __init begin(void) { return 0; }
module_init(begin);
MODULE_DESCRIPTION("a section without flags");
MODULE_LICENSE("GPL");
