namespace Klp.Boot.Tests.Patches;

/// <summary>A program of the guest that makes a system call and prints what came of it.</summary>
internal static class PatchProbe
{
    /// <summary>Its source. The argument says which call.</summary>
    public const string Source = """
        #define _GNU_SOURCE
        #include <dirent.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <stdio.h>
        #include <string.h>
        #include <sys/epoll.h>
        #include <sys/klog.h>
        #include <sys/mman.h>
        #include <sys/prctl.h>
        #include <sys/stat.h>
        #include <sys/syscall.h>
        #include <sys/sysinfo.h>
        #include <sys/time.h>
        #include <sys/utsname.h>
        #include <sys/vfs.h>
        #include <sys/wait.h>
        #include <unistd.h>

        #define CALL(name) if (!strcmp(argv[1], #name))

        int main(int argc, char **argv)
        {
        	static char text[1 << 20];

        	CALL(uname) {
        		struct utsname name;
        		uname(&name);
        		printf("%s\n", name.nodename);
        	}
        	CALL(sysinfo) {
        		struct sysinfo info;
        		sysinfo(&info);
        		printf("%u\n", info.procs);
        	}
        	CALL(getppid)
        		printf("%d\n", getppid());
        	CALL(stat) {
        		struct stat file;
        		stat("/proc/version", &file);
        		printf("%ld\n", (long)file.st_blksize);
        	}
        	CALL(statfs) {
        		struct statfs file;
        		statfs("/proc", &file);
        		printf("%ld\n", (long)file.f_namelen);
        	}
        	CALL(getdents) {
        		DIR *folder = opendir("/proc/self");
        		for (struct dirent *entry; (entry = readdir(folder));)
        			printf("%s\n", entry->d_name);
        	}
        	CALL(pipe2) {
        		int ends[2];
        		printf("%d %d\n", pipe2(ends, O_DIRECT), errno);
        	}
        	CALL(epoll)
        		printf("%d %d\n", epoll_create1(EPOLL_CLOEXEC), errno);
        	CALL(fcntl)
        		printf("%d\n", fcntl(open("/dev/null", O_WRONLY | O_APPEND), F_GETFL));
        	CALL(getgroups)
        		printf("%d %d\n", getgroups(0, 0), errno);
        	CALL(capget) {
        		unsigned header[2] = { 0x20080522, 0 }, data[6] = { 0 };
        		printf("%ld %d %x\n", syscall(SYS_capget, header, data), errno, data[2]);
        	}
        	CALL(mincore) {
        		unsigned char resident[1];
        		void *page = mmap(0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        		printf("%d %d\n", mincore(page, 4096, resident), errno);
        	}
        	CALL(mlock)
        		printf("%d %d\n", mlockall(MCL_CURRENT), errno);
        	CALL(zero) {
        		memset(text, 'z', 8);
        		printf("%zd %d %c\n", read(open("/dev/zero", O_RDONLY), text, 8), errno, text[0] ? text[0] : '0');
        	}
        	CALL(itimer) {
        		struct itimerval value = { .it_value.tv_sec = 100 };
        		setitimer(ITIMER_REAL, &value, 0);
        		getitimer(ITIMER_REAL, &value);
        		printf("%ld\n", (long)value.it_interval.tv_sec);
        	}
        	CALL(priority)
        		printf("%ld\n", syscall(SYS_sched_get_priority_max, 1));
        	CALL(mkdir) {
        		printf("%d %d\n", mkdir("/klp-folder", 0700), errno);
        		rmdir("/klp-folder");
        	}
        	CALL(seek)
        		printf("%ld %d\n", (long)lseek(open("/proc/version", O_RDONLY), 3, SEEK_SET), errno);
        	CALL(fork) {
        		if (!fork())
        			_exit(0);
        		wait(0);
        		klogctl(3, text, sizeof(text) - 1);
        		printf("%s\n", text);
        	}
        	CALL(status) {
        		if (!fork())
        			_exit(0);
        		wait(0);
        		if (read(open("/proc/self/status", O_RDONLY), text, sizeof(text) - 1) > 0)
        			printf("%s\n", text);
        	}
        	CALL(task) {
        		prctl(PR_SET_NAME, "klp-blind");
        		printf("%zd %d\n", read(open("/proc/1/limits", O_RDONLY), text, 8), errno);
        	}
        	CALL(tty) {
        		int tty = open("/dev/tty2", O_RDWR | O_NOCTTY), screen = open("/dev/vcs2", O_RDONLY);
        		if (tty < 0 || screen < 0 || write(tty, "seen\n", 5) < 0 || read(screen, text, 4000) < 0)
        			perror("tty2");
        		printf("%s\n", text);
        	}
        	return 0;
        }
        """;
}
