using System.Text.RegularExpressions;
using Klp.Livepatch.Diagnostics;
using Klp.Livepatch.Kernel;
using Klp.Livepatch.Validation;

namespace Klp.Boot.Tests;

/// <summary>Validation has nothing to say of good livepatches: the samples, and the kernel's own samples and selftests, which the kernel loads.</summary>
[Collection(Guests.Collection)]
public partial class KernelLivepatchTests(KernelLivepatchTests.Modules modules) : IClassFixture<KernelLivepatchTests.Modules>
{
    private static readonly string[] Folders = ["samples/livepatch", "tools/testing/selftests/livepatch/test_modules"];

    /// <summary>The livepatches among the kernel's modules, and test_klp_kprobe, which needs kprobes, is not even built.</summary>
    public static TheoryData<string> Livepatches => [.. Sources.Where(IsLivepatch).Select(source => source.Name)];

    private static IReadOnlyList<(string Name, string Source)> Sources { get; } = [.. Folders
        .SelectMany(folder => Directory.GetFiles(Path.Combine(DemoKernel.Tree.BuildDirectory, "source", folder), "*.c"))
        .Select(file => (Name: Path.GetFileNameWithoutExtension(file), Source: File.ReadAllText(file)))
        .Where(source => source.Name != "test_klp_kprobe")];

    [Theory]
    [InlineData("livepatch-meminfo")]
    [InlineData("livepatch-module")]
    public void A_sample_validates_clean(string name) => AssertClean(SdkProject.BuildSample(name), DemoKernel.Tree);

    [Theory]
    [MemberData(nameof(Livepatches))]
    public async Task A_livepatch_of_the_kernel_validates_clean(string name)
    {
        TestFolder folder = await modules.Built.Value;
        DiagnosticBag problems = new();
        KernelTree? tree = DemoKernel.Tree.WithExternalModules(
            [.. Sources.Where(source => !IsLivepatch(source)).Select(source => folder.Combine(source.Name + ".ko"))], problems);
        Assert.Empty(problems);
        AssertClean(folder.Combine($"converted/{name}.ko"), tree!);
    }

    [Fact]
    public async Task The_kernel_loads_its_own_livepatches_when_they_are_converted()
    {
        TestFolder folder = await modules.Built.Value;
        GuestScript script = new();
        foreach (string name in Sources.Where(IsLivepatch).Select(source => source.Name))
        {
            script.Enable(folder.Combine($"converted/{name}.ko"));
            script.Disable(folder.Combine($"converted/{name}.ko"));
        }

        (await GuestBoot.RunAsync(DemoKernel.Kernel, script, new BootOptions { TimeLimit = TimeSpan.FromMinutes(2) })).AssertClean();
    }

    private static void AssertClean(string file, KernelTree tree)
    {
        DiagnosticBag diagnostics = new();
        LivepatchValidator.ValidateFile(file, tree, null, diagnostics);
        Assert.DoesNotContain(diagnostics, diagnostic => diagnostic.Severity != DiagnosticSeverity.Info);
    }

    private static bool IsLivepatch((string Name, string Source) source) => Livepatch().IsMatch(source.Source);

    [GeneratedRegex(@"^MODULE_INFO\(livepatch", RegexOptions.Multiline)]
    private static partial Regex Livepatch();

    /// <summary>The kernel's modules, compiled by kbuild when a test first asks for them, and the livepatches converted.</summary>
    public sealed class Modules : IDisposable
    {
        private readonly TestFolder folder = new();

        public Modules() => Built = new Lazy<Task<TestFolder>>(BuildAsync);

        internal Lazy<Task<TestFolder>> Built { get; }

        public void Dispose() => folder.Dispose();

        private async Task<TestFolder> BuildAsync()
        {
            await KbuildModule.CompileAsync(folder, DemoKernel.Kernel, [.. Sources]);
            foreach (string name in Sources.Where(IsLivepatch).Select(source => source.Name))
                TestLivepatch.Convert(DemoKernel.Tree, folder.Combine(name + ".ko"), folder.Combine($"converted/{name}.ko"));
            return folder;
        }
    }
}
