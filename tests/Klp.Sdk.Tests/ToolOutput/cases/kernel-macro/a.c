#include <linux/module.h>
struct thing { int present; };
struct thing *first(int *p);
struct thing *first(int *p) { return container_of(p, struct thing, absent); }
MODULE_DESCRIPTION("a mistake in a macro of the kernel");
MODULE_LICENSE("GPL");
