using Klp.Boot.Tests.Kernels;
using Klp.Sdk.Tests.Support;

namespace Klp.TestAdapter.Tests;

/// <summary>dotnet new klp-livepatch, from the packed templates: new, build, boot.</summary>
public sealed class TemplateTests : IDisposable
{
    private readonly string home = Directory.CreateDirectory(Path.Combine(PackedSdk.Folder, Path.GetRandomFileName())).FullName;

    [Fact]
    public void A_new_livepatch_of_the_kernel_builds_and_boots()
    {
        // No other source has the package.
        File.WriteAllText(Path.Combine(home, "nuget.config"), "<configuration><packageSources><clear /></packageSources></configuration>");
        string folder = New("my fix.v2", "--kernel-tree", DemoKernel.Kernel.Tree.BuildDirectory, "--package-source", Path.Combine(PackedSdk.Folder, "feed"));

        Assert.Equal(
            [".clangd", ".gitignore", "my fix.v2.c", "my fix.v2.csproj", "nuget.config"],
            Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        // A name that no module can have is the project's and the source's, not the module's.
        Assert.Contains($"<Project Sdk=\"Klp.Sdk/{PackedSdk.Version}\">", File.ReadAllText(Path.Combine(folder, "my fix.v2.csproj")), StringComparison.Ordinal);
        TestRunOutcome run = Test(folder, "");
        Assert.Equal("Passed", run["patched: /proc/cmdline contains 'livepatched'"].Outcome);
        Assert.True(File.Exists(Path.Combine(folder, "bin", "Debug", DemoKernel.Kernel.Release, "my_fix_v2.ko")), run.Output);
    }

    [Fact]
    public void A_new_livepatch_of_a_module_builds_and_boots()
    {
        string folder = New("zram_words", "--patch", "module");

        // Nothing is said that goes without saying.
        Assert.DoesNotContain("KlpKernelTree", File.ReadAllText(Path.Combine(folder, "zram_words.csproj")), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder, "nuget.config")));
        TestRunOutcome run = Test(folder, DemoKernel.Kernel.Tree.BuildDirectory);
        Assert.Equal("Passed", run["patches zram as it is loaded"].Outcome);
        Assert.True(File.Exists(Path.Combine(folder, "bin", "Debug", DemoKernel.Kernel.Release, "zram_words.ko")), run.Output);
    }

    public void Dispose() => Directory.Delete(home, recursive: true);

    // Installed where it meets nothing that the user has installed.
    private string New(string name, params string[] arguments)
    {
        string[] hive = ["--debug:custom-hive", Path.Combine(home, "hive")];
        string package = Path.Combine(Repository.Packages, $"Klp.Templates.{PackedSdk.Version}.nupkg");
        Run(["new", "install", package, .. hive]);
        Run(["new", "klp-livepatch", "--name", name, .. arguments, .. hive]);
        return Path.Combine(home, name);
    }

    private void Run(string[] arguments)
    {
        (int exitCode, string output) = DotNet.Run(home, arguments);
        Assert.True(exitCode == 0, output);
    }

    private TestRunOutcome Test(string folder, string kernelTree)
    {
        string results = Path.Combine(home, "results");
        (int exitCode, string output) = DotNet.Run(folder, ["test", "-tl:off", "--logger", "trx;LogFileName=run.trx", "--results-directory", results], new Dictionary<string, string>
        {
            ["KLP_KERNEL_TREE"] = kernelTree,
            ["XDG_CACHE_HOME"] = Path.Combine(PackedSdk.Folder, "cache"),
        });
        Assert.True(exitCode == 0, output);
        return TestRunOutcome.Read(exitCode, output, results);
    }
}
