// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Runs in the guest while the livepatch is in force: do its numbers agree with each other and with sysinfo(2)? */
#include <stdio.h>
#include <string.h>
#include <sys/sysinfo.h>

static char text[8192];
static int tests, failures;

static void is(int ok, const char *name, int line)
{
	printf("%sok %d - %s\n", ok ? "" : "not ", ++tests, name);
	if (!ok) {
		printf("# %s:%d: /proc/meminfo is\n# %s\n", __FILE__, line, strtok(text, "\n"));
		failures++;
	}
}

#define IS(condition, name) is(condition, name, __LINE__)

static unsigned long value(const char *label)
{
	const char *at = strstr(text, label);
	unsigned long number = 0;

	if (at)
		sscanf(at + strlen(label), " %lu", &number);
	return number;
}

int main(void)
{
	FILE *meminfo = fopen("/proc/meminfo", "r");
	struct sysinfo info;

	if (!meminfo || !fread(text, 1, sizeof(text) - 1, meminfo) || sysinfo(&info)) {
		perror("/proc/meminfo");
		return 1;
	}
	printf("1..4\n");
	IS(value("MemTotal:") == info.totalram / 1024 * info.mem_unit, "MemTotal is as sysinfo says");
	IS(value("MemUsed:") == value("MemTotal:") - value("MemAvailable:"), "what is used is what is not available");
	IS(value("MemUsedPercent:") == value("MemUsed:") * 100 / value("MemTotal:"), "the percentage is right");
	IS(value("KernelReserve:") > 0, "the kernel keeps something for itself");
	return failures > 0;
}
