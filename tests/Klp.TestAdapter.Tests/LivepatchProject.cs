using System.Diagnostics;
using Klp.Boot.Tests.Kernels;
using Klp.Sdk.Tests.Support;

namespace Klp.TestAdapter.Tests;

/// <summary>A livepatch project in a folder of its own, tested as a user does: with dotnet test and the package.</summary>
internal sealed class LivepatchProject : IDisposable
{
    /// <summary>What is replaced where nothing else is said: what /proc/cmdline shows.</summary>
    public const string Function = "cmdline_proc_show";

    private readonly string home = Directory.CreateDirectory(Path.Combine(PackedSdk.Folder, Path.GetRandomFileName())).FullName;

    /// <summary>Makes a project.</summary>
    /// <param name="code">The new function "show" and what it needs; null for one that works.</param>
    /// <param name="items">Items and properties of the project.</param>
    /// <param name="function">The function that "show" replaces.</param>
    /// <param name="name">The project's name.</param>
    public LivepatchProject(string? code = null, string items = "", string function = Function, string name = "patch")
    {
        Name = name;
        Folder = Directory.CreateDirectory(Path.Combine(home, name)).FullName;
        Write($"{name}.csproj", $"<Project Sdk=\"Klp.Sdk/{PackedSdk.Version}\">\n{items}\n</Project>\n");
        Write("patch.c", $$"""
            #include <linux/livepatch.h>
            #include <linux/module.h>
            #include <linux/seq_file.h>

            {{code ?? Show("")}}

            static struct klp_func functions[] = { { .old_name = "{{function}}", .new_func = show }, { } };
            static struct klp_object objects[] = { { .funcs = functions }, { } };
            static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objects };
            static int __init patch_start(void) { return klp_enable_patch(&patch); }
            static void __exit patch_stop(void) { }
            module_init(patch_start);
            #ifndef NO_EXIT
            module_exit(patch_stop);
            #endif
            MODULE_INFO(livepatch, "Y");
            MODULE_LICENSE("GPL");

            """);
    }

    private LivepatchProject(string sample)
    {
        Name = sample;
        Folder = Directory.CreateDirectory(Path.Combine(home, sample)).FullName;
        string source = Repository.Combine("samples", sample);
        foreach (string file in (string[])[$"{sample}.csproj", $"{sample}.c", .. Directory.GetFiles(Path.Combine(source, "tests")).Select(file => Path.GetRelativePath(source, file))])
            Write(file, File.ReadAllText(Path.Combine(source, file)));
    }

    public string Name { get; }

    public string Folder { get; }

    /// <summary>The release of the kernel.</summary>
    public string Release => Kernel.Release;

    public Klp.Boot.Host.KernelUnderTest Kernel { get; init; } = DemoKernel.Kernel;

    /// <summary>Variables of the environment besides.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>A copy of a sample.</summary>
    public static LivepatchProject Sample(string name) => new(name);

    /// <summary>The new function: prints a line, after doing something else.</summary>
    public static string Show(string first) => $$"""
        static int show(struct seq_file *m, void *v)
        {
        	{{first}}
        	seq_puts(m, "patched\n");
        	return 0;
        }
        """;

    public string Write(string file, string contents)
    {
        string path = Path.Combine(Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, contents);
        return path;
    }

    /// <summary>Runs dotnet test with a TRX.</summary>
    public TestRunOutcome Test(params string[] arguments)
    {
        string results = Path.Combine(home, "results");
        if (Directory.Exists(results))
            Directory.Delete(results, recursive: true);
        (int exitCode, string output) = Run("test", ["--logger", "trx;LogFileName=run.trx", "--results-directory", results, .. arguments]);
        return TestRunOutcome.Read(exitCode, output, results);
    }

    /// <summary>Runs a command of dotnet on the project.</summary>
    public (int ExitCode, string Output) Run(string command, params string[] arguments) =>
        DotNet.Run(Folder, [command, $"{Name}.csproj", "-tl:off", .. arguments], Variables());

    /// <summary>Starts dotnet test in a session of its own, so that it has a process group to signal.</summary>
    public Process StartTest() => Process.Start(new ProcessStartInfo("setsid", Signals.Heeding("dotnet", "test", $"{Name}.csproj", "-tl:off"))
    {
        WorkingDirectory = Folder,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["NUGET_PACKAGES"] = PackedSdk.PackageCache, ["KLP_KERNEL_TREE"] = Kernel.Tree.BuildDirectory, ["XDG_CACHE_HOME"] = Cache, ["MSBUILDDISABLENODEREUSE"] = "1", ["TMPDIR"] = Environment["TMPDIR"] },
    })!;

    public void Dispose() => Directory.Delete(home, recursive: true);

    private static string Cache => Path.Combine(PackedSdk.Folder, "cache");

    private Dictionary<string, string> Variables() => new(Environment)
    {
        ["KLP_KERNEL_TREE"] = Kernel.Tree.BuildDirectory,
        ["XDG_CACHE_HOME"] = Cache,
    };
}
