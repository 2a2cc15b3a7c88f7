using System.Diagnostics;

namespace Klp.Tool.Tests;

/// <summary>
/// Livepatches as kbuild links them: one that converts, one that uses a symbol that does not exist, one of a module that is
/// not of the kernel tree; that module; and a database.
/// </summary>
public sealed class LivepatchFixture : IDisposable
{
    private const string Source = """
        #include <linux/livepatch.h>
        #include <linux/module.h>
        #include <linux/seq_file.h>
        extern unsigned long USED;
        static int new_show(struct seq_file *m, void *v)
        {
        	seq_printf(m, "%lu", USED);
        	return 0;
        }
        static struct klp_func funcs[] = { { .old_name = "meminfo_proc_show", .new_func = new_show }, { } };
        static struct klp_object objs[] = { { .funcs = funcs }, { } };
        static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objs };
        static int __init start(void) { return klp_enable_patch(&patch); }
        static void __exit stop(void) { }
        module_init(start);
        module_exit(stop);
        MODULE_DESCRIPTION("test");
        MODULE_LICENSE("GPL");
        MODULE_INFO(livepatch, "Y");
        """;

    private const string OutsideSource = """
        #include <linux/module.h>
        static noinline int outside_static(int x) { pr_info("%d\n", x); return x; }
        int outside_call(int x);
        int outside_call(int x) { return outside_static(x); }
        EXPORT_SYMBOL_GPL(outside_call);
        MODULE_DESCRIPTION("A module to patch");
        MODULE_LICENSE("GPL");
        """;

    public LivepatchFixture()
    {
        Folder = Directory.CreateTempSubdirectory("klp tool ").FullName;
        // kbuild takes no path with spaces; klp does, and gets one.
        string stage = Directory.CreateTempSubdirectory("klp-tool-").FullName;
        File.WriteAllText(Path.Combine(stage, "good.c"), Source.Replace("USED", "totalreserve_pages", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(stage, "unknown.c"), Source.Replace("USED", "no_such_symbol", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(stage, "outside.c"), OutsideSource);
        File.WriteAllText(Path.Combine(stage, "of-outside.c"), Source
            .Replace("extern unsigned long USED;", "extern int outside_static(int x);\nint outside_call(int x);", StringComparison.Ordinal)
            .Replace("\"%lu\", USED", "\"%d\", outside_static(outside_call(1))", StringComparison.Ordinal)
            .Replace("{ .funcs = funcs }", "{ .name = \"outside\", .funcs = funcs }", StringComparison.Ordinal)
            .Replace("meminfo_proc_show", "outside_call", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(stage, "Kbuild"), "obj-m := good.o unknown.o outside.o of-outside.o\nccflags-y += -g1\n");
        using (Process make = Process.Start("make", ["-s", "-C", DemoKernelTree.Path, $"M={stage}", "ARCH=arm64", "CROSS_COMPILE=aarch64-linux-gnu-", "KBUILD_MODPOST_WARN=1", "modules"]))
        {
            make.WaitForExit();
            Assert.Equal(0, make.ExitCode);
        }

        foreach (string name in (string[])["good.ko", "unknown.ko", "outside.ko", "of-outside.ko"])
            File.Move(Path.Combine(stage, name), this[name]);
        Directory.Delete(stage, recursive: true);
        Assert.Equal(0, KlpCommand.Run("symbols", "--kernel", DemoKernelTree.Path, "-o", this["symbols.klp"]).ExitCode);
    }

    internal string Folder { get; }

    internal string this[string name] => Path.Combine(Folder, name);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
