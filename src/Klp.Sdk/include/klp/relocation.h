/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Says which symbol of the running kernel a livepatch means.
 *
 * A livepatch may use any symbol of the kernel, static ones too: declare it
 * with extern and use it. Klp.Sdk finds out where it is. Only where a name
 * exists more than once does the source have to say which one it means; the
 * build lists the candidates with their positions. There are two ways.
 *
 * By a table, for a symbol that is used under its own name:
 *
 *	extern int nr_things;
 *
 *	static struct KLP_MODULE_RELOC(vmlinux) relocs[] = {
 *		KLP_SYMPOS(nr_things, 2),
 *	};
 *
 * By the declaration, which can give the symbol a name of one's own. Two
 * symbols of equal name can be used in one module only this way:
 *
 *	extern int first_nr_things
 *		KLP_RELOC_SYMBOL_POS(vmlinux, vmlinux, nr_things, 1);
 *	extern int second_nr_things
 *		KLP_RELOC_SYMBOL_POS(vmlinux, vmlinux, nr_things, 2);
 *
 * Objects are named as the kernel names them at run time: vmlinux, or a module
 * with "_" for "-", such as dm_mod for dm-mod.ko.
 *
 * A position counts from 1 in the order of /proc/kallsyms of that object; 0
 * says that the name is unique in it.
 */
#ifndef KLP_RELOCATION_H
#define KLP_RELOCATION_H

#include <linux/compiler.h>
#include <linux/types.h>

/* An entry of a table: 12 bytes, which the build reads and then removes. */
struct klp_module_reloc {
	union {
		void *sym;
		__u64 sym64;
	};
	__u32 sympos;
} __packed;

/* Stands after "struct" in the definition of a table; OBJECT has the symbols. */
#define KLP_MODULE_RELOC(OBJECT)					\
	klp_module_reloc						\
	__used __aligned(4) __section(".klp.module_relocs." #OBJECT)

/* An entry: SYMBOL is the one at POSITION. */
#define KLP_SYMPOS(SYMBOL, POSITION)					\
	{ .sym = (void *)&(SYMBOL), .sympos = (POSITION) }

/*
 * Stands at the end of a declaration. PATCHED is the object whose function is
 * replaced by the code that uses the symbol, PROVIDER the object that has the
 * symbol; they are the same unless a patch of one module uses another's. The
 * name that results is one that every assembler takes without quotes: those of
 * binutils before 2.37 end an operand at a comma, also inside quotes.
 */
#define KLP_RELOC_SYMBOL_POS(PATCHED, PROVIDER, SYMBOL, POSITION)	\
	__asm__(".klp.sym.rela." #PATCHED "." #PROVIDER "." #SYMBOL "." #POSITION)

/*
 * The same for a name that is unique in PROVIDER. Not by way of the other: a
 * SYMBOL that is also a macro would be expanded on the way.
 */
#define KLP_RELOC_SYMBOL(PATCHED, PROVIDER, SYMBOL)			\
	__asm__(".klp.sym.rela." #PATCHED "." #PROVIDER "." #SYMBOL ".0")

#endif
