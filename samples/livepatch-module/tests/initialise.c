// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Runs in the guest while the livepatch is in force: gives the zram device a size, and takes it away again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEVICE "/sys/block/zram0/"

static void put(const char *file, const char *text)
{
	FILE *f = fopen(file, "w");

	if (!f || fputs(text, f) < 0 || fclose(f)) {
		perror(file);
		exit(1);
	}
}

static void expect(const char *start, int line)
{
	char state[4096] = "";
	FILE *f = fopen(DEVICE "initstate", "r");

	if (!f || !fgets(state, sizeof(state), f) || strncmp(state, start, strlen(start))) {
		printf("%s:%d: the state is '%s'\n", __FILE__, line, state);
		exit(1);
	}
	fclose(f);
}

int main(void)
{
	expect("uninitialised, major ", __LINE__);
	put(DEVICE "disksize", "4M");
	expect("initialised, major ", __LINE__);
	put(DEVICE "reset", "1");
	expect("uninitialised, major ", __LINE__);
	return 0;
}
