namespace Klp.Boot.Tests.Patches;

/// <summary>Fixes over the demo kernel's source, each of one kind of code that a patch meets.</summary>
internal static class PatchCases
{
    private const string Procfs = "fs/proc/";

    /// <summary>Those of the kernel itself.</summary>
    public static IReadOnlyList<PatchCase> OfKernel { get; } = [.. Files, .. Calls];

    // Shown by a file of /proc or /sys.
    private static IEnumerable<PatchCase> Files =>
    [
        PatchCase.InFile("klp_version", "/proc/version", "^klp Linux",
            SourceEdit.Before(Procfs + "version.c", "\tseq_printf(m, linux_proc_banner,", "\tseq_puts(m, \"klp \");\n")),
        // A static counter, and a static function of the file.
        PatchCase.InFile("klp_meminfo", "/proc/meminfo", @"\nKlpReads: +4 kB\n",
            SourceEdit.Before(Procfs + "meminfo.c", "static int meminfo_proc_show(", "static unsigned long klp_reads;\n\n"),
            SourceEdit.Before(Procfs + "meminfo.c", "\thugetlb_report_meminfo(m);\n", "\tshow_val_kb(m, \"KlpReads:       \", ++klp_reads);\n")),
        PatchCase.InFile("klp_loadavg", "/proc/loadavg", "^klp 42 ",
            SourceEdit.Before(Procfs + "loadavg.c", "static int loadavg_proc_show(",
                "static noinline unsigned long klp_answer(unsigned long by)\n{\n\treturn 6 * by;\n}\n\n"),
            SourceEdit.Before(Procfs + "loadavg.c", "\tseq_printf(m, \"%lu.%02lu", "\tseq_printf(m, \"klp %lu \", klp_answer(7));\n")),
        PatchCase.InFile("klp_uptime", "/proc/uptime", "^up ",
            SourceEdit.Before(Procfs + "uptime.c", "\tseq_printf(m, \"%lu.%02lu", "\tseq_puts(m, \"up \");\n")),
        PatchCase.InFile("klp_cmdline", "/proc/cmdline", " klp=1\n$",
            SourceEdit.Before(Procfs + "cmdline.c", "\tseq_putc(m, '\\n');", "\tseq_puts(m, \" klp=1\");\n")),
        PatchCase.InFile("klp_filesystems", "/proc/filesystems", "^nodev\tklpfs\n",
            SourceEdit.Behind("fs/filesystems.c", "\tstruct file_systems_string *fss;\n", "\n\tseq_puts(m, \"nodev\\tklpfs\\n\");\n",
                "static int filesystems_proc_show(")),
        PatchCase.InFile("klp_devices", "/proc/devices", "^Devices of characters:\n",
            new SourceEdit(Procfs + "devices.c", "\"Character devices:", "\"Devices of characters:")),
        // A constant table of the function, which the patch leaves as it is.
        PatchCase.InFile("klp_consoles", "/proc/consoles", "(?m)^#",
            SourceEdit.Before(Procfs + "consoles.c", "\tif (con->device) {\n", "\tseq_putc(m, '#');\n", "static int show_console_dev(")),
        // A table of strings of another unit, and per-CPU data.
        PatchCase.InFile("klp_softirqs", "/proc/softirqs", "(?m)^ +HI_KLP:",
            SourceEdit.Before(Procfs + "softirqs.c", "\t\tfor_each_possible_cpu(j)", "\t\tif (!i)\n\t\t\tseq_printf(p, \"\\n%12s:\", \"HI_KLP\");\n")),
        PatchCase.InFile("klp_cpuinfo", "/proc/cpuinfo", "(?m)^klp processor\t: 0",
            SourceEdit.Before("arch/arm64/kernel/cpuinfo.c", "\tseq_printf(m, \"processor", "\tseq_puts(m, \"klp \");\n")),
        // They are called through tables of pointers.
        PatchCase.InFile("klp_mountinfo", "/proc/self/mountinfo", "(?m)^klp \\d+ ",
            SourceEdit.Before("fs/proc_namespace.c", "\tseq_printf(m, \"%i %i %u:%u \"", "\tseq_puts(m, \"klp \");\n", "static int show_mountinfo(")),
        PatchCase.InFile("klp_mounts", "/proc/self/mounts", " 0 9\n",
            new SourceEdit("fs/proc_namespace.c", "\" 0 0\\n\"", "\" 0 9\\n\"", "static int show_vfsmnt(")),
        PatchCase.InFile("klp_resource", "/proc/iomem", "(?m): <.*>$",
            new SourceEdit("kernel/resource.c", "\"%*s%0*llx-%0*llx : %s\\n\"", "\"%*s%0*llx-%0*llx : <%s>\\n\"")),
        PatchCase.InFile("klp_modules", "/proc/modules", "(?m)^\\*klp_modules ",
            SourceEdit.Before("kernel/module/procfs.c", "\tseq_printf(m, \"%s %u\", mod->name", "\tseq_putc(m, '*');\n")),
        PatchCase.InFile("klp_vmstat", "/proc/vmstat", "(?m)^klp\\.nr_free_pages ",
            SourceEdit.Before("mm/vmstat.c", "\tseq_puts(m, vmstat_text[off]);", "\tseq_puts(m, \"klp.\");\n")),
        PatchCase.InFile("klp_ldiscs", "/proc/tty/ldiscs", "(?m)^klp n_tty ",
            SourceEdit.Before("drivers/tty/tty_ldisc.c", "\tseq_printf(m, \"%-10s", "\tseq_puts(m, \"klp \");\n", "static int tty_ldiscs_seq_show(")),
        PatchCase.InFile("klp_maps", "/proc/self/maps", "(?m)^klp [0-9a-f]+-",
            SourceEdit.Before(Procfs + "task_mmu.c", "\tstart = vma->vm_start;\n", "\tseq_puts(m, \"klp \");\n", "show_map_vma(struct")),
        PatchCase.InFile("klp_limits", "/proc/self/limits", "^Limits of klp ",
            SourceEdit.Before(Procfs + "base.c", "\tseq_puts(m, \"Limit     ", "\tseq_puts(m, \"Limits of klp \");\n")),
        PatchCase.InFile("klp_interrupts", "/proc/interrupts", "klp",
            SourceEdit.Before("kernel/irq/proc.c", "\tif (desc == ARCH_PROC_IRQDESC)", "\tseq_puts(p, \"klp:\\n\");\n", "static int irq_seq_show(")),
        PatchCase.InFile("klp_hostname", "/proc/sys/kernel/ostype", "^KLP",
            SourceEdit.Before("kernel/utsname_sysctl.c", "\tr = proc_dostring(&uts_table,", "\tif (!write)\n\t\tmemcpy(tmp_data, \"KLP\", 3);\n")),
        // Many constant tables have its callers.
        PatchCase.InFile("klp_sysctl", "/proc/sys/kernel/pid_max", "^-?7\\d",
            SourceEdit.Before("kernel/sysctl.c", "\tsprintf(p, \"%s%lu\"", "\tval = 70 + val % 10;\n", "static void proc_put_long(")),
        PatchCase.InFile("klp_active", "/sys/class/tty/console/active", "klp",
            SourceEdit.Before("drivers/tty/tty_io.c", "\tconsole_unlock();\n", "\tcount += sprintf(buf + count, \"klp \");\n", "static ssize_t show_cons_active(")),
        PatchCase.InFile("klp_offline", "/sys/devices/system/cpu/offline", "^none",
            SourceEdit.Behind("drivers/base/cpu.c", "\tcpumask_var_t offline;\n", "\n\tlen += sysfs_emit_at(buf, len, \"none \");\n")),
        // It shares .sched.text with others, which it calls and which are not traced; every file of /proc is read under a mutex.
        PatchCase.InFile("klp_mutexes", "/proc/version", "^[1-9][0-9]* mutexes, Linux",
            SourceEdit.Before("kernel/locking/mutex.c", "static noinline void __sched __mutex_unlock_slowpath(", "unsigned long klp_mutexes;\n\n"),
            SourceEdit.Before("kernel/locking/mutex.c", "\t__mutex_unlock_slowpath(lock, _RET_IP_);", "\tklp_mutexes++;\n", "void __sched mutex_unlock("),
            SourceEdit.Before("kernel/locking/mutex.c", "\tif (__mutex_unlock_fast(lock))", "\tklp_mutexes++;\n", "void __sched mutex_unlock("),
            SourceEdit.Before(Procfs + "version.c", "static int version_proc_show(", "extern unsigned long klp_mutexes;\n\n"),
            SourceEdit.Before(Procfs + "version.c", "\tseq_printf(m, linux_proc_banner,", "\tseq_printf(m, \"%lu mutexes, \", klp_mutexes);\n")),
        // It has runtime constants, of which the livepatch reads the variables: by a wrong one it would find no file.
        PatchCase.InFile("klp_lookups", "/proc/version", "^[1-9][0-9]* lookups, Linux",
            SourceEdit.Before("fs/dcache.c", "static inline struct hlist_bl_head *d_hash(", "unsigned long klp_lookups;\n\n"),
            SourceEdit.Behind("fs/dcache.c", "\tstruct dentry *dentry;\n", "\n\tklp_lookups++;\n", "struct dentry *__d_lookup_rcu("),
            SourceEdit.Before(Procfs + "version.c", "static int version_proc_show(", "extern unsigned long klp_lookups;\n\n"),
            SourceEdit.Before(Procfs + "version.c", "\tseq_printf(m, linux_proc_banner,", "\tseq_printf(m, \"%lu lookups, \", klp_lookups);\n")),
        PatchCase.InFile("klp_uevents", "/sys/kernel/uevent_seqnum", "^ number",
            new SourceEdit("kernel/ksysfs.c", "\"%llu\\n\", (u64)atomic64_read(&uevent_seqnum)", "\" number %llu\\n\", (u64)atomic64_read(&uevent_seqnum)")),
    ];

    // Shown by what a system call answers.
    private static IEnumerable<PatchCase> Calls =>
    [
        // The function that changes is one of the compiler's making, for which ftrace has no place: its caller is replaced.
        PatchCase.ByCall("klp_uname", "uname", "^K",
            SourceEdit.Before("kernel/sys.c", "\tif (copy_to_user(name, &tmp", "\ttmp.nodename[0] = 'K';\n", "SYSCALL_DEFINE1(newuname")),
        PatchCase.ByCall("klp_sysinfo", "sysinfo", "^4321\n",
            new SourceEdit("kernel/sys.c", "info->procs = nr_threads;", "info->procs = 4321;")),
        PatchCase.ByCall("klp_priority", "priority", "^77\n",
            new SourceEdit("kernel/sched/syscalls.c", "ret = MAX_RT_PRIO-1;", "ret = 77;", "SYSCALL_DEFINE1(sched_get_priority_max")),
        PatchCase.ByCall("klp_stat", "stat", "^12345\n",
            SourceEdit.Behind("fs/stat.c", "\ttmp.st_blksize = stat->blksize;\n", "\ttmp.st_blksize = 12345;\n", "static int cp_new_stat(")),
        PatchCase.ByCall("klp_statfs", "statfs", "^99\n",
            SourceEdit.Before("fs/statfs.c", "\tif (retval == 0 && buf->f_frsize", "\tbuf->f_namelen = 99;\n", "static int statfs_by_dentry(")),
        // Accesses to user space: entries of the exception table.
        PatchCase.ByCall("klp_getdents", "getdents", @"(?m)^\?tatus$",
            SourceEdit.Before("fs/readdir.c", "\tbuf->error = -EINVAL;", "\tif (namlen == 6 && !memcmp(name, \"status\", 6))\n\t\tname = \"?tatus\";\n", "static bool filldir64(")),
        PatchCase.ByCall("klp_fcntl", "fcntl", "^1234\n",
            SourceEdit.Behind("fs/fcntl.c", "\t\terr = filp->f_flags;\n", "\t\tif (err & O_APPEND)\n\t\t\terr = 1234;\n", "static long do_fcntl(")),
        PatchCase.ByCall("klp_zero", "zero", "^8 0 K\n",
            SourceEdit.Before("drivers/char/mem.c", "\twhile (count) {\n", "\tif (count == 8 && !put_user('K', buf) && !clear_user(buf + 1, 7))\n\t\treturn 8;\n", "static ssize_t read_zero(")),
        PatchCase.ByCall("klp_capget", "capget", "^-1 1 ",
            SourceEdit.Before("kernel/capability.c", "\tif (get_user(pid, &header->pid))", "\tif (!tocopy || tocopy)\n\t\treturn -EPERM;\n", "SYSCALL_DEFINE2(capget")),
        PatchCase.ByCall("klp_getgroups", "getgroups", "^55 0\n",
            new SourceEdit("kernel/groups.c", "\treturn i;\n", "\treturn i + 55;\n", "SYSCALL_DEFINE2(getgroups")),
        PatchCase.ByCall("klp_pipe", "pipe2", "^-1 1\n",
            SourceEdit.Before("fs/pipe.c", "\terror = create_pipe_files(files, flags);", "\tif (flags & O_DIRECT)\n\t\treturn -EPERM;\n", "static int __do_pipe_flags(")),
        PatchCase.ByCall("klp_epoll", "epoll", "^-1 1\n",
            SourceEdit.Before("fs/eventpoll.c", "\terror = ep_alloc(&ep);", "\tif (flags)\n\t\treturn -EPERM;\n", "static int do_epoll_create(")),
        PatchCase.ByCall("klp_mincore", "mincore", "^-1 1\n",
            SourceEdit.Before("mm/mincore.c", "\tstart = untagged_addr(start);", "\tif (len == 4096)\n\t\treturn -EPERM;\n", "SYSCALL_DEFINE3(mincore")),
        PatchCase.ByCall("klp_mlock", "mlock", "^-1 1\n",
            SourceEdit.Before("mm/mlock.c", "\tif (!can_do_mlock())", "\tif (flags == MCL_CURRENT)\n\t\treturn -EPERM;\n", "SYSCALL_DEFINE1(mlockall")),
        PatchCase.ByCall("klp_itimer", "itimer", "^17\n",
            SourceEdit.Before("kernel/time/itimer.c", "\t\tspin_unlock_irq(&tsk->sighand->siglock);", "\t\tvalue->it_interval.tv_sec = 17;\n", "static int do_getitimer(")),
        PatchCase.ByCall("klp_mkdir", "mkdir", "^-1 1\n",
            SourceEdit.Before("fs/namei.c", "\tif (IS_ERR(dentry))", "\tif (!IS_ERR(dentry) && dentry->d_name.len == 10) {\n\t\tend_creating_path(&path, dentry);\n\t\treturn -EPERM;\n\t}\n", "int filename_mkdirat(")),
        PatchCase.ByCall("klp_seek", "seek", "^-1 1\n",
            SourceEdit.Before("fs/read_write.c", "\t\tretval = res;\n", "\t\tif (offset == 3)\n\t\t\tres = -EPERM;\n", "static off_t ksys_lseek(")),
        // A static of the function, a jump label and a tracepoint beside; printk with a rate.
        PatchCase.ByCall("klp_fork", "fork", @"klp: fork \d",
            SourceEdit.Behind("kernel/fork.c", "\tu64 clone_flags = args->flags;\n", "\tstatic int klp_forks;\n", "pid_t kernel_clone("),
            SourceEdit.Before("kernel/fork.c", "\t/*\n", "\tpr_info_ratelimited(\"klp: fork %d\\n\", ++klp_forks);\n\n", "\tstatic int klp_forks;\n"))
            with { Stays = true },
        // Three units, which keep what they know of a task in a shadow variable.
        PatchCase.ByCall("klp_shadow", "status", @"\nKlpForks:\t1\n",
            SourceEdit.Behind("kernel/fork.c", "#include <linux/slab.h>\n", "#include <linux/livepatch.h>\n"),
            SourceEdit.Before("kernel/fork.c", "\t/*\n",
                "\tint *forks = klp_shadow_get_or_alloc(current, 77, sizeof(*forks), GFP_KERNEL, NULL, NULL);\n\n\tif (forks)\n\t\t++*forks;\n", "pid_t kernel_clone("),
            SourceEdit.Behind("kernel/exit.c", "#include <linux/mm.h>\n", "#include <linux/livepatch.h>\n"),
            SourceEdit.Before("kernel/exit.c", "\tWARN_ON(irqs_disabled());\n", "\tklp_shadow_free(current, 77, NULL);\n", "void __noreturn do_exit("),
            SourceEdit.Behind(Procfs + "array.c", "#include <linux/types.h>\n", "#include <linux/livepatch.h>\n"),
            SourceEdit.Before(Procfs + "array.c", "\tseq_puts(m, \"Name:\\t\");", "\tint *forks = klp_shadow_get(task, 77);\n\n\tif (forks)\n\t\tseq_printf(m, \"\\nKlpForks:\\t%d\\n\", *forks);\n", "int proc_pid_status(")),
        // An inline function of a header, expanded in some of the units that read it.
        PatchCase.ByCall("klp_header", "task", "^-1 9\n",
            SourceEdit.Before(Procfs + "internal.h", "\treturn get_pid_task(", "\tif (!memcmp(current->comm, \"klp-blind\", 10))\n\t\treturn NULL;\n", "get_proc_task(")),
        PatchCase.ByCall("klp_tty", "tty", "klp:seen",
            SourceEdit.Before("drivers/tty/n_tty.c", "static ssize_t n_tty_write(",
                "static noinline void klp_mark(struct tty_struct *tty)\n{\n\ttty->ops->write(tty, \"klp:\", 4);\n}\n\n"),
            SourceEdit.Before("drivers/tty/n_tty.c", "\t/* Write out any echoed", "\tklp_mark(tty);\n", "static ssize_t n_tty_write("))
            with { Stays = true },
    ];
}
