#include <linux/module.h>
extern int nowhere(void);
static int __init begin(void) { return nowhere(); }
module_init(begin);
