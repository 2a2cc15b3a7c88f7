#include <linux/module.h>
extern int nowhere_1(void), nowhere_2(void), nowhere_3(void), nowhere_4(void), nowhere_5(void), nowhere_6(void);
extern int nowhere_7(void), nowhere_8(void), nowhere_9(void), nowhere_10(void), nowhere_11(void), nowhere_12(void);
extern int renamed asm(".klp.sym.rela.vmlinux.vmlinux.nowhere.2");
static int __init begin(void)
{
	return nowhere_1() + nowhere_2() + nowhere_3() + nowhere_4() + nowhere_5() + nowhere_6()
		+ nowhere_7() + nowhere_8() + nowhere_9() + nowhere_10() + nowhere_11() + nowhere_12() + renamed;
}
static void __exit end(void) { }
module_init(begin);
module_exit(end);
MODULE_DESCRIPTION("undefined symbols");
MODULE_LICENSE("GPL");
