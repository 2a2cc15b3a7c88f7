#include <linux/module.h>
#include "my header.h"
static int __init begin(void) { return IN_HEADER; }
module_init(begin);
MODULE_DESCRIPTION("a header with a space in its name");
MODULE_LICENSE("GPL");
