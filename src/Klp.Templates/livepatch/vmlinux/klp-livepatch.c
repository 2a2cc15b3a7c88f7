// SPDX-License-Identifier: GPL-2.0
#include <linux/seq_file.h>

/*
 * What the new code uses of the kernel is declared as there, static or not,
 * exported or not. This one is init/main.c's, and for the kernel only.
 */
extern char *saved_command_line;

/* Takes the place of the function of fs/proc/cmdline.c: the project says so. */
int livepatch_cmdline_proc_show(struct seq_file *m, void *v)
{
	seq_puts(m, saved_command_line);
	seq_puts(m, " livepatched\n");
	return 0;
}
