// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * PID 1 of the test guest: carries out the steps of /klp/steps, one a line,
 * reports each on the console and switches the machine off.
 *
 * A step is a verb, its time limit in milliseconds and its arguments, parted by
 * single spaces; in an argument every byte up to 0x20, from 0x7f, and the
 * backslash is written \xHH.
 *
 * Each step runs in a child process: one whose system call oopses dies alone,
 * and one that hangs is given up. What a step says is put into memory shared
 * with PID 1, so it is not lost when the step dies.
 *
 * The report is made of lines ("frames"):
 *
 *	@klp KIND STEP PAYLOAD*CHECKSUM
 *
 * STEP counts from 0; CHECKSUM is FNV-1a (32 bit, 8 hex digits) of all before
 * the '*'. No frame contains a carriage return, while every line the kernel
 * prints ends in one: that tells them apart, also when a kernel message lands in
 * the middle of a frame. Kinds:
 *
 *	hello 0 VERSION            first of all; the version of this protocol
 *	begin N                    step N starts
 *	out   N OFFSET BYTES       output, with its hex offset in all of N's output
 *	task  N TID STATE COMM STACK   a task that holds the step up
 *	log   N RECORD             a record of /dev/kmsg, as it is read there
 *	lost  N                    records of /dev/kmsg were overwritten or skipped
 *	end   N STATUS NUMBER MICROSECONDS LENGTH TEXT
 *	done  0                    after the last step
 *
 * LENGTH is how many bytes of output the step made. STATUS is ok, errno (NUMBER
 * is it), exit (a program's code), signal (which ended a program), killed (the
 * step itself was, which is what an oops does), timeout or bad (not a step).
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define PROTOCOL_VERSION	1
#define MAX_ARGS		64
#define CHUNK			1000	/* bytes of output in a frame */
#define MAX_FRAME		(4 * CHUNK + 256)
#define MAX_LOG_RECORDS		20000	/* of one step; more is a flood */
#define GRACE_MS		2000	/* for a step to notice its own time limit */
#define POLL_MS			4

enum { CONSOLE = STDOUT_FILENO };

/* Shared by PID 1 and the process that carries out the step. */
static struct {
	size_t used;			/* bytes of complete frames in data */
	uint64_t length;		/* of the step's output so far */
	int finished;			/* the step set what follows */
	int number;
	char status[16];
	char text[256];
	char data[32 * 1024];
} *out;

static int step_number;
static int kmsg = -1;
static char *args[MAX_ARGS];
static int nargs;

static uint64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void sleep_ms(unsigned long ms)
{
	struct timespec ts = { ms / 1000, (long)(ms % 1000) * 1000000 };

	while (nanosleep(&ts, &ts) && errno == EINTR)
		;
}

/* ---- Frames ---- */

static void flush(void)
{
	size_t done = 0;

	while (done < out->used) {
		ssize_t n = write(CONSOLE, out->data + done, out->used - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		done += n;
	}
	out->used = 0;
}

/* Appends the frame "@klp " + head + payload, whole or not at all. */
static void frame(const char *head, const char *payload, size_t length)
{
	char *start, *p;
	uint32_t sum = 2166136261u;

	if (sizeof(out->data) - out->used < MAX_FRAME)
		flush();
	start = out->data + out->used;
	p = start + sprintf(start, "@klp %s", head);
	memcpy(p, payload, length);
	p += length;
	for (const char *c = start; c < p; c++)
		sum = (sum ^ (unsigned char)*c) * 16777619u;
	p += sprintf(p, "*%08x\n", sum);
	out->used += p - start;
}

static char *escape_byte(char *to, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";

	*to++ = '\\';
	if (c == '\n') {
		*to++ = 'n';
		return to;
	}
	*to++ = 'x';
	*to++ = hex[c >> 4];
	*to++ = hex[c & 15];
	return to;
}

/* Escapes what would break a frame; in a word also the space and the tab. */
static char *escape(char *to, const char *from, size_t length, int word)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = from[i];

		if ((c >= 0x20 && c < 0x7f && c != '\\' && !(word && c == ' ')) ||
		    (c == '\t' && !word))
			*to++ = c;
		else
			to = escape_byte(to, c);
	}
	return to;
}

static void output(const char *bytes, size_t length)
{
	char head[64], payload[4 * CHUNK];

	while (length) {
		size_t n = length < CHUNK ? length : CHUNK;
		char *end = escape(payload, bytes, n, 0);

		sprintf(head, "out %d %llx ", step_number, (unsigned long long)out->length);
		frame(head, payload, end - payload);
		out->length += n;
		bytes += n;
		length -= n;
	}
}

/* ---- The result of a step ---- */

static void result(const char *status, int number, const char *text)
{
	snprintf(out->status, sizeof(out->status), "%s", status);
	snprintf(out->text, sizeof(out->text), "%s", text);
	out->number = number;
	out->finished = 1;
}

static void result_errno(int error)
{
	if (error)
		result("errno", error, strerror(error));
	else
		result("ok", 0, "");
}

/* ---- Tasks that hold a transition up ---- */

static size_t slurp(const char *path, char *buffer, size_t size)
{
	size_t used = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		ssize_t n;

		while (used < size - 1 && (n = read(fd, buffer + used, size - 1 - used)) > 0)
			used += n;
		close(fd);
	}
	buffer[used] = 0;
	return used;
}

static void report_task(const char *directory, long tid, const char *state)
{
	char path[320], text[CHUNK / 2], head[64], payload[MAX_FRAME - 256], *p = payload;
	size_t n;

	snprintf(path, sizeof(path), "%s/comm", directory);
	n = slurp(path, text, 64);
	while (n && text[n - 1] == '\n')
		n--;
	p = escape(p, text, n, 1);
	*p++ = ' ';
	snprintf(path, sizeof(path), "%s/stack", directory);
	n = slurp(path, text, sizeof(text));
	p = escape(p, text, n, 0);
	sprintf(head, "task %d %ld %s ", step_number, tid, state);
	frame(head, payload, p - payload);
}

/* Every thread that is not yet as the livepatch of this directory wants it: its
 * patch_state is the opposite of "enabled"; where that cannot be read, every
 * thread that takes part in the transition at all. */
static void report_stalled(const char *livepatch)
{
	char path[320], target[16];
	DIR *proc = opendir("/proc");
	struct dirent *process, *thread;

	snprintf(path, sizeof(path), "%s/enabled", livepatch);
	slurp(path, target, sizeof(target));
	while (proc && (process = readdir(proc))) {
		DIR *tasks;

		if (process->d_name[0] < '0' || process->d_name[0] > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%.20s/task", process->d_name);
		tasks = opendir(path);
		while (tasks && (thread = readdir(tasks))) {
			char directory[128], state[16];

			if (thread->d_name[0] == '.')
				continue;
			snprintf(directory, sizeof(directory), "/proc/%.20s/task/%.20s",
				 process->d_name, thread->d_name);
			snprintf(path, sizeof(path), "%s/patch_state", directory);
			slurp(path, state, sizeof(state));
			state[strcspn(state, "\n")] = 0;
			if ((state[0] == '0' || state[0] == '1') && state[0] != target[0])
				report_task(directory, atol(thread->d_name), state);
		}
		if (tasks)
			closedir(tasks);
	}
	if (proc)
		closedir(proc);
}

/* ---- The steps ---- */

/* load FILE PARAMETERS */
static void do_load(const char *file, const char *parameters)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	result_errno(fd < 0 || syscall(SYS_finit_module, fd, parameters, 0) ? errno : 0);
}

/* unload NAME */
static void do_unload(const char *name)
{
	result_errno(syscall(SYS_delete_module, name, O_NONBLOCK) ? errno : 0);
}

/* read FILE */
static void do_read(const char *file)
{
	static char buffer[64 * 1024];
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;

	while (fd >= 0 && (n = read(fd, buffer, sizeof(buffer))) > 0)
		output(buffer, n);
	result_errno(n < 0 ? errno : 0);
}

/* write FILE TEXT: into a file of the kernel, or a new one, with a single write(2) */
static void do_write(const char *file, const char *text)
{
	size_t length = strlen(text);
	int fd = open(file, O_WRONLY | O_TRUNC | O_CLOEXEC);
	int error = errno;

	if (fd < 0 && error == ENOENT)
		fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		result_errno(error);
	else
		result_errno(write(fd, text, length) == (ssize_t)length ? 0 : errno ? errno : EIO);
}

/* wait FILE TEXT: until FILE's content is TEXT, white space at its end aside */
static void do_wait(const char *file, const char *text, uint64_t deadline)
{
	char content[4096], directory[256];
	char *slash;

	for (;;) {
		size_t n;
		int fd = open(file, O_RDONLY | O_CLOEXEC);

		if (fd < 0) {
			result_errno(errno);
			return;
		}
		close(fd);
		n = slurp(file, content, sizeof(content));
		while (n && (content[n - 1] == '\n' || content[n - 1] == ' '))
			content[--n] = 0;
		if (!strcmp(content, text)) {
			result_errno(0);
			return;
		}
		if (now_us() >= deadline)
			break;
		sleep_ms(POLL_MS);
	}
	output(content, strlen(content));
	snprintf(directory, sizeof(directory), "%s", file);
	slash = strrchr(directory, '/');
	if (slash)
		*slash = 0;
	report_stalled(directory);
	result("timeout", 0, "");
}

/* gone PATH: until nothing of that name is there */
static void do_gone(const char *path, uint64_t deadline)
{
	struct stat st;

	while (!lstat(path, &st)) {
		if (now_us() >= deadline) {
			report_stalled(path);
			result("timeout", 0, "");
			return;
		}
		sleep_ms(POLL_MS);
	}
	result_errno(errno == ENOENT ? 0 : errno);
}

/* list DIRECTORY: its names, sorted, one a line, directories with a '/' */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void do_list(const char *directory)
{
	struct dirent **entries;
	int n = scandir(directory, &entries, NULL, by_name);

	if (n < 0) {
		result_errno(errno);
		return;
	}
	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;

		if (!strcmp(name, ".") || !strcmp(name, ".."))
			continue;
		output(name, strlen(name));
		output("/\n" + (entries[i]->d_type != DT_DIR), entries[i]->d_type == DT_DIR ? 2 : 1);
	}
	result_errno(0);
}

static const char *signal_text(int number)
{
	const char *text = strsignal(number);

	return text ? text : "";
}

/* run PROGRAM ARGUMENTS...: both of its outputs, and how it ended */
static void do_run(char **argv, uint64_t deadline)
{
	static char *environment[] = { "PATH=/klp/bin:/bin:/sbin:/usr/bin:/usr/sbin",
				       "HOME=/", "TERM=dumb", NULL };
	static char buffer[64 * 1024];
	int pipes[2], failure[2], error = 0, status = 0;
	pid_t pid;

	if (pipe2(pipes, O_CLOEXEC) || pipe2(failure, O_CLOEXEC)) {
		result_errno(errno);
		return;
	}
	pid = fork();
	if (pid < 0) {
		result_errno(errno);
		return;
	}
	if (!pid) {
		int null = open("/dev/null", O_RDONLY);

		setsid();
		dup2(null, STDIN_FILENO);
		dup2(pipes[1], STDOUT_FILENO);
		dup2(pipes[1], STDERR_FILENO);
		execve(argv[0], argv, environment);
		error = errno;
		_exit(write(failure[1], &error, sizeof(error)) != sizeof(error));
	}
	close(pipes[1]);
	close(failure[1]);
	if (read(failure[0], &error, sizeof(error)) == sizeof(error)) {
		waitpid(pid, NULL, 0);
		result_errno(error);
		return;
	}

	/* Until the program has ended and its pipe is empty, but no longer: what it
	 * left running may keep the pipe open. */
	for (int ended = 0, readable = 1;;) {
		struct pollfd p = { .fd = readable ? pipes[0] : -1, .events = POLLIN };
		int ready;

		if (!ended)
			ended = waitpid(pid, &status, WNOHANG) == pid;
		ready = poll(&p, 1, ended ? 0 : POLL_MS);
		if (ready > 0) {
			ssize_t n = read(pipes[0], buffer, sizeof(buffer));

			if (n > 0)
				output(buffer, n);
			else
				readable = 0;
		} else if (ended) {
			break;
		}
		if (now_us() >= deadline) {
			char directory[64];

			snprintf(directory, sizeof(directory), "/proc/%d", (int)pid);
			if (!ended)
				report_task(directory, pid, "-1");
			kill(-pid, SIGKILL);
			result("timeout", 0, "");
			return;
		}
	}
	kill(-pid, SIGKILL);
	if (WIFSIGNALED(status))
		result("signal", WTERMSIG(status), signal_text(WTERMSIG(status)));
	else
		result("exit", WEXITSTATUS(status), "");
}

/* mkdir PATH */
static void do_mkdir(const char *path)
{
	result_errno(mkdir(path, 0755) ? errno : 0);
}

static void perform(uint64_t deadline)
{
	const char *verb = args[0];
	int n = nargs - 2;

	errno = 0;
	if (!strcmp(verb, "load") && n == 2)
		do_load(args[2], args[3]);
	else if (!strcmp(verb, "unload") && n == 1)
		do_unload(args[2]);
	else if (!strcmp(verb, "read") && n == 1)
		do_read(args[2]);
	else if (!strcmp(verb, "write") && n == 2)
		do_write(args[2], args[3]);
	else if (!strcmp(verb, "wait") && n == 2)
		do_wait(args[2], args[3], deadline);
	else if (!strcmp(verb, "gone") && n == 1)
		do_gone(args[2], deadline);
	else if (!strcmp(verb, "list") && n == 1)
		do_list(args[2]);
	else if (!strcmp(verb, "run") && n >= 1)
		do_run(args + 2, deadline);
	else if (!strcmp(verb, "mkdir") && n == 1)
		do_mkdir(args[2]);
	else if (!strcmp(verb, "sleep") && n == 1)
		sleep_ms(strtoul(args[2], NULL, 10)), result_errno(0);
	else
		result("bad", 0, "not a step of this guest");
}

/* ---- PID 1 ---- */

static int hex_digit(char c)
{
	return c >= 'a' ? c - 'a' + 10 : c - '0';
}

/* Splits a line of /klp/steps in place. */
static void split(char *line)
{
	nargs = 0;
	while (line && nargs < MAX_ARGS - 1) {
		char *argument = strsep(&line, " "), *to = argument;

		args[nargs++] = argument;
		for (const char *from = argument; *from;) {
			if (*from == '\\' && from[1] == 'x' && from[2] && from[3]) {
				*to++ = hex_digit(from[2]) << 4 | hex_digit(from[3]);
				from += 4;
			} else {
				*to++ = *from++;
			}
		}
		*to = 0;
	}
	args[nargs] = NULL;
}

/* Waits for the step's process; false if it is still there at the deadline. */
static int reap(pid_t pid, int *status, uint64_t deadline)
{
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	for (;;) {
		struct timespec limit;
		uint64_t now;
		pid_t ended;
		int s;

		while ((ended = waitpid(-1, &s, WNOHANG)) > 0) {
			if (ended == pid) {
				*status = s;
				return 1;
			}
		}
		now = now_us();
		if (now >= deadline)
			return 0;
		limit.tv_sec = (deadline - now) / 1000000;
		limit.tv_nsec = (deadline - now) % 1000000 * 1000;
		sigtimedwait(&child, NULL, &limit);
	}
}

/* What the kernel has logged since the last time. */
static void report_log(void)
{
	char record[8192], head[64];

	for (int count = 0; kmsg >= 0;) {
		ssize_t n = read(kmsg, record, sizeof(record) - 1);
		size_t length;

		sprintf(head, "lost %d ", step_number);
		if (n < 0 && errno == EPIPE) {
			frame(head, "", 0);
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		if (++count > MAX_LOG_RECORDS) {
			frame(head, "", 0);
			lseek(kmsg, 0, SEEK_END);
			break;
		}
		record[n] = 0;
		length = strcspn(record, "\n");
		if (length > 4 * CHUNK)
			length = 4 * CHUNK;
		sprintf(head, "log %d ", step_number);
		frame(head, record, length);
	}
}

/* An oops raises the console's log level; lower it, or what follows is full of it. */
static void quiet_console(void)
{
	klogctl(8, NULL, 1);
}

static void carry_out(void)
{
	char head[64], payload[1600], *p;
	uint64_t start = now_us(), limit = nargs > 1 ? strtoull(args[1], NULL, 10) * 1000 : 0;
	int status = 0;
	pid_t pid;

	sprintf(head, "begin %d ", step_number);
	frame(head, "", 0);
	flush();
	out->finished = 0;
	out->length = 0;

	pid = fork();
	if (!pid) {
		sigset_t none;

		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		perform(start + limit);
		_exit(0);
	}
	if (pid < 0) {
		result_errno(errno);
	} else if (!reap(pid, &status, start + limit + GRACE_MS * 1000)) {
		char directory[64];

		snprintf(directory, sizeof(directory), "/proc/%d", (int)pid);
		report_task(directory, pid, "-1");
		kill(pid, SIGKILL);
		reap(pid, &status, now_us() + GRACE_MS * 1000 / 4);
		result("timeout", 0, "");
	} else if (!out->finished) {
		result("killed", WIFSIGNALED(status) ? WTERMSIG(status) : 0,
		       WIFSIGNALED(status) ? signal_text(WTERMSIG(status)) : "");
	}

	quiet_console();
	/* A frame that the step was writing when it was killed is cut short. */
	if (out->used && write(CONSOLE, "\n", 1) < 0)
		out->used = 0;
	report_log();
	p = payload + sprintf(payload, "%s %d %llu %llu ", out->status, out->number,
			      (unsigned long long)(now_us() - start),
			      (unsigned long long)out->length);
	p = escape(p, out->text, strlen(out->text), 0);
	sprintf(head, "end %d ", step_number);
	frame(head, payload, p - payload);
	flush();
	/* All of it is out before the next step, whose oops would land in its middle. */
	tcdrain(CONSOLE);
}

static void set_up_console(void)
{
	struct termios t;

	if (!tcgetattr(CONSOLE, &t)) {
		cfmakeraw(&t);
		tcsetattr(CONSOLE, TCSANOW, &t);
	}
	quiet_console();
}

static void set_up(void)
{
	sigset_t child;

	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mkdir("/dev", 0755);
	mkdir("/tmp", 01777);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL);
	mount("tmpfs", "/tmp", "tmpfs", 0, NULL);

	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	out = mmap(NULL, sizeof(*out), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

int main(void)
{
	char number[16], *steps = NULL, *line;
	size_t size = 0;
	FILE *file;

	set_up_console();
	set_up();
	if (out == MAP_FAILED)
		return 1;
	out->used = sprintf(out->data, "\n");
	sprintf(number, "%d", PROTOCOL_VERSION);
	frame("hello 0 ", number, strlen(number));
	step_number = -1;
	report_log();
	flush();

	file = fopen("/klp/steps", "re");
	for (step_number = 0; file && getline(&steps, &size, file) > 0; step_number++) {
		line = steps;
		line[strcspn(line, "\n")] = 0;
		split(line);
		/* The one step of PID 1 itself: to end, which panics the kernel. */
		if (!strcmp(args[0], "exit"))
			return 0;
		carry_out();
	}

	frame("done 0 ", "", 0);
	flush();
	tcdrain(CONSOLE);
	reboot(RB_POWER_OFF);
	return 0;
}
