using System.Security.Cryptography;

namespace Klp.Tool.Tests;

/// <summary>A folder with a source for <c>klp build</c>, and what builds there must leave alone.</summary>
internal sealed class BuildFolder : IDisposable
{
    internal const string Function = "meminfo_proc_show=my_meminfo";

    /// <summary>A new function, with a symbol that the kernel does not export.</summary>
    internal const string Source = """
        // SPDX-License-Identifier: GPL-2.0
        #include <linux/seq_file.h>
        #ifndef TEXT
        #define TEXT "patched"
        #endif
        extern unsigned long totalreserve_pages;
        int my_meminfo(struct seq_file *m, void *v)
        {
        	seq_printf(m, TEXT " %lu\n", totalreserve_pages);
        	return 0;
        }

        """;

    // The database is made once for all tests.
    private static readonly TempFolder Cache = new();

    private readonly TempFolder folder = new();

    internal BuildFolder()
    {
        Directory.CreateDirectory(folder["work"]);
        Directory.CreateDirectory(folder["tmp"]);
        Write("meminfo.c", Source);
    }

    /// <summary>The folder in which the command runs.</summary>
    internal string Path => folder["work"];

    /// <summary>What the command has to have removed.</summary>
    internal string Temporary => folder["tmp"];

    /// <summary>The environment of the command.</summary>
    internal IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["XDG_CACHE_HOME"] = Cache.Path,
        ["TMPDIR"] = Temporary,
        ["KLP_KERNEL_TREE"] = DemoKernelTree.Path,
    };

    /// <summary>The files in it.</summary>
    internal IEnumerable<string> Files => Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories)
        .Select(file => System.IO.Path.GetRelativePath(Path, file)).Order(StringComparer.Ordinal);

    internal string this[string name] => System.IO.Path.Combine(Path, name);

    internal string Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
        return this[name];
    }

    /// <summary>Runs <c>klp build</c>.</summary>
    internal KlpCommand Build(params string[] arguments) => KlpCommand.RunIn(Path, Environment, ["build", .. arguments]);

    /// <summary>Runs <c>klp build</c>, which has to succeed and to say nothing.</summary>
    internal void BuildWell(params string[] arguments)
    {
        KlpCommand build = Build(arguments);
        Assert.True(build.ExitCode == 0 && build.Error.Length == 0, $"{build.ExitCode} {build.Output} {build.Error}");
        Assert.Empty(Directory.EnumerateFileSystemEntries(Temporary, "klp-*"));
    }

    /// <summary>The names, sizes and times of all files of the demo kernel's tree.</summary>
    internal static string KernelTreeState()
    {
        IEnumerable<string> files = Directory.EnumerateFiles(DemoKernelTree.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Select(file => new FileInfo(file)).Select(file => $"{file.FullName} {file.Length} {file.LastWriteTimeUtc:O}").Order(StringComparer.Ordinal);
        return Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', files))));
    }

    public void Dispose() => folder.Dispose();
}
