using System.IO.Compression;
using System.Text;

namespace Klp.Sdk.Tests.Support;

/// <summary>A livepatch project in a folder of its own, with a symbol cache of its own unless told otherwise.</summary>
internal sealed class TestProject : IDisposable
{
    /// <summary>A livepatch of a function that every kernel has, with a symbol that none exports.</summary>
    public const string Source =
        """
        // SPDX-License-Identifier: GPL-2.0
        #include <linux/livepatch.h>
        #include <linux/module.h>
        #include <linux/seq_file.h>

        extern char *saved_command_line;

        static int patched_cmdline_proc_show(struct seq_file *m, void *v)
        {
        	seq_printf(m, "patched %s\n", saved_command_line);
        	return 0;
        }

        static struct klp_func funcs[] = {
        	{ .old_name = "cmdline_proc_show", .new_func = patched_cmdline_proc_show, },
        	{ }
        };

        static struct klp_object objects[] = {
        	{ .funcs = funcs, },
        	{ }
        };

        static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objects, };

        static int __init patch_init(void)
        {
        	return klp_enable_patch(&patch);
        }

        static void __exit patch_exit(void)
        {
        }

        module_init(patch_init);
        module_exit(patch_exit);
        MODULE_LICENSE("GPL");
        MODULE_DESCRIPTION("Test livepatch");
        MODULE_INFO(livepatch, "Y");

        """;

    /// <summary>For a project of a kernel that may compress its modules, so that the project's is named .ko everywhere.</summary>
    public const string Uncompressed = "<PropertyGroup><KlpModuleCompression>none</KlpModuleCompression></PropertyGroup>";

    private readonly string cache;
    private int builds;

    /// <summary>Makes a project with one source, patch.c.</summary>
    public TestProject(string name = "patch", string folder = "project", TestProject? sharedCache = null)
    {
        Home = Directory.CreateDirectory(Path.Combine(PackedSdk.Folder, Path.GetRandomFileName())).FullName;
        Folder = Directory.CreateDirectory(Path.Combine(Home, folder)).FullName;
        Name = name;
        cache = sharedCache?.cache ?? Path.Combine(Home, "cache");
        WriteProject("");
        Write("patch.c", Source);
    }

    /// <summary>What the test may use beside the project.</summary>
    public string Home { get; }

    /// <summary>The project's folder.</summary>
    public string Folder { get; }

    public string Name { get; }

    public string KernelTree { get; set; } = TestKernel.Tree;

    /// <summary>Environment variables that builds of the project get beside their own.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>The symbol databases that builds of the project left.</summary>
    public IEnumerable<string> Databases =>
        Directory.Exists(cache) ? Directory.EnumerateFiles(cache, "symbols.klp", SearchOption.AllDirectories) : [];

    /// <summary>The module as it is built by default.</summary>
    public string Module => Combine("bin", "Debug", TestKernel.Release, Name + ".ko");

    public string Combine(params string[] parts) => Path.Combine([Folder, .. parts]);

    public string Write(string file, string contents)
    {
        string path = Combine(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, contents);
        return path;
    }

    /// <summary>Writes the project's file anew, with these elements.</summary>
    public void WriteProject(string elements) => Write($"{Name}.csproj", $"<Project Sdk=\"Klp.Sdk/{PackedSdk.Version}\">\n{elements}\n</Project>\n");

    /// <summary>Replaces text in a file, which has to have it.</summary>
    public void Edit(string file, string from, string to)
    {
        string text = File.ReadAllText(Combine(file));
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(Combine(file), text.Replace(from, to, StringComparison.Ordinal));
    }

    /// <summary>Makes a file look changed just now.</summary>
    public static void Touch(string path) => File.SetLastWriteTimeUtc(path, DateTime.UtcNow);

    public BuildResult Build(params string[] arguments) => Run("build", arguments);

    /// <summary>Runs a command of dotnet on the project.</summary>
    public BuildResult Run(string command, params string[] arguments)
    {
        string log = Path.Combine(Home, $"{++builds}.binlog");
        (int exitCode, string output) = DotNet.Run(Folder, [command, $"{Name}.csproj", "-tl:off", $"-bl:{log};ProjectImports=None", .. arguments], Environment);
        return new BuildResult(exitCode, output, log);
    }

    /// <summary>All that the last build's log has, unpacked.</summary>
    public string LastLog()
    {
        using GZipStream log = new(File.OpenRead(Path.Combine(Home, $"{builds}.binlog")), CompressionMode.Decompress);
        using StreamReader reader = new(log, Encoding.Latin1);
        return reader.ReadToEnd();
    }

    /// <summary>The variables that a nested build needs to be this project's.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(Variables)
    {
        ["XDG_CACHE_HOME"] = cache,
        ["KLP_KERNEL_TREE"] = KernelTree,
    };

    /// <summary>The files below a folder of the project, without those of the restore.</summary>
    public IReadOnlyList<string> Files(string folder) => Directory.Exists(Combine(folder))
        ? [.. Directory.EnumerateFiles(Combine(folder), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file)).Order(StringComparer.Ordinal)]
        : [];

    public void Dispose() => Directory.Delete(Home, recursive: true);
}
