using Klp.Livepatch.Diagnostics;
using Klp.Livepatch.Kernel;
using Klp.Livepatch.Validation;

namespace Klp.Boot.Tests;

/// <summary>The kernel's own livepatches, built by the SDK: validation has nothing to say of them, and they live in the guest as the kernel's scripts expect.</summary>
[Collection(Guests.Collection)]
public class KernelLivepatchTests(KernelLivepatches modules) : IClassFixture<KernelLivepatches>
{
    private const string KprobeScript = "test-kprobe.sh";

    /// <summary>
    /// It replaces a function that its target waits for as it is loaded, so that one cannot come second. test-callbacks.sh
    /// has its life.
    /// </summary>
    private const string NeedsTargetFirst = "test_klp_callbacks_demo";

    /// <summary>The scripts that say what becomes of the modules.</summary>
    private static readonly string[] ModuleScripts = ["test-callbacks.sh", "test-livepatch.sh", "test-shadow-vars.sh", "test-state.sh"];

    /// <summary>They look at files and tracing, with modules that the others have, or need a process in the background.</summary>
    private static readonly string[] OtherScripts = ["test-ftrace.sh", "test-syscall.sh", "test-sysfs.sh"];

    public static TheoryData<string> Livepatches => [.. KernelLivepatches.Livepatches];

    public static TheoryData<string> FreeLivepatches => [.. KernelLivepatches.Livepatches.Where(name => name != NeedsTargetFirst)];

    public static TheoryData<string> Scripts => [.. ModuleScripts];

    [Fact]
    public void Every_module_of_the_selftests_is_considered()
    {
        string[] scripts = [.. ModuleScripts, KprobeScript];
        string text = string.Concat(scripts.Select(script => File.ReadAllText(Path.Combine(KernelLivepatches.SelftestFolder, script))));

        Assert.True(KernelLivepatches.SelftestModules.Count > 10);
        Assert.All(KernelLivepatches.SelftestModules, module => Assert.Contains($"={module}\n", text, StringComparison.Ordinal));
        Assert.Equal(
            scripts.Concat(OtherScripts).Order(StringComparer.Ordinal),
            Directory.GetFiles(KernelLivepatches.SelftestFolder, "test-*.sh").Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("livepatch-meminfo")]
    [InlineData("livepatch-module")]
    public void A_sample_validates_clean(string name) => AssertClean(SdkProject.BuildSample(name), DemoKernel.Tree);

    [Theory]
    [MemberData(nameof(Livepatches))]
    public async Task A_livepatch_of_the_kernel_validates_clean(string name)
    {
        string livepatch = (await modules.Modules)[name];
        DiagnosticBag problems = new();
        KernelTree? tree = DemoKernel.Tree.WithExternalModules(modules.Others, problems);
        Assert.Empty(problems);
        AssertClean(livepatch, tree!);
    }

    [Theory]
    [MemberData(nameof(FreeLivepatches))]
    public async Task A_livepatch_of_the_kernel_lives_twice(string name)
    {
        string livepatch = (await modules.Modules)[name];

        LivepatchTestResult result = await (LifePlan.Of(DemoKernel.Kernel, livepatch) with { ExternalModules = modules.Others }).RunAsync();

        result.AssertPassed();
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task A_script_of_the_selftests_finds_what_it_expects(string name)
    {
        IReadOnlyDictionary<string, string> files = await modules.Modules;
        SelftestScript script = SelftestScript.Read(Path.Combine(KernelLivepatches.SelftestFolder, name), module => files[module]);

        BootResult result = await GuestBoot.RunAsync(DemoKernel.Kernel, script.Guest, new BootOptions { TimeLimit = TimeSpan.FromMinutes(2) });

        script.AssertAsExpected(result);
    }

    [Fact]
    public async Task The_script_of_kprobes_finds_what_it_expects()
    {
        using TestFolder folder = new();
        IReadOnlyDictionary<string, string> files = await KernelLivepatches.BuildKprobeAsync(folder, DistributionKernel.Kernel);
        SelftestScript script = SelftestScript.Read(Path.Combine(KernelLivepatches.SelftestFolder, KprobeScript), module => files[module]);

        BootResult result = await GuestBoot.RunAsync(DistributionKernel.Kernel, script.Guest, new BootOptions { TimeLimit = TimeSpan.FromMinutes(2) });

        script.AssertAsExpected(result);
    }

    private static void AssertClean(string file, KernelTree tree)
    {
        DiagnosticBag diagnostics = new();
        LivepatchValidator.ValidateFile(file, tree, null, diagnostics);
        Assert.DoesNotContain(diagnostics, diagnostic => diagnostic.Severity != DiagnosticSeverity.Info);
    }
}
