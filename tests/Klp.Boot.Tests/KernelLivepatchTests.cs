using Klp.Boot.Host;
using Klp.Boot.Machine;
using Klp.Boot.Script;
using Klp.Boot.Testing;
using Klp.Boot.Tests.Kernels;
using Klp.Boot.Tests.Machine;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;
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

    /// <summary>The first two look at tracing and rights, with modules that the others have; of the last see below.</summary>
    private static readonly string[] OtherScripts = ["test-ftrace.sh", "test-sysfs.sh", "test-syscall.sh"];

    /// <summary>As test-syscall.sh: loads the module of its argument while a process does nothing but call getpid, and waits until that one ran the new function.</summary>
    private const string HammerGetpid = """
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <signal.h>
        #include <stdio.h>
        #include <sys/syscall.h>
        #include <sys/wait.h>
        #include <unistd.h>

        int main(int argc, char **argv)
        {
        	char parameters[32], pending = '?';
        	int module = open(argv[1], O_RDONLY);
        	pid_t hammer = fork();

        	while (!hammer)
        		syscall(SYS_getpid);
        	snprintf(parameters, sizeof(parameters), "klp_pids=%d", hammer);
        	if (syscall(SYS_finit_module, module, parameters, 0))
        		perror("finit_module");
        	for (int i = 0; i < 1000 && pending != '0'; i++) {
        		int npids = open("/sys/kernel/test_klp_syscall/npids", O_RDONLY);

        		if (read(npids, &pending, 1) < 0)
        			perror("npids");
        		close(npids);
        		usleep(10000);
        	}
        	kill(hammer, SIGKILL);
        	waitpid(hammer, NULL, 0);
        	printf("pending: %c\n", pending);
        	return pending != '0';
        }
        """;

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
    public async Task A_system_call_is_patched_while_it_is_hammered()
    {
        const string Folder = "/sys/kernel/livepatch/test_klp_syscall";
        TimeSpan limit = TimeSpan.FromSeconds(20);
        GuestScript script = new();
        string module = script.AddModule((await modules.Modules)["test_klp_syscall"]);
        string program = await new TargetCompiler(DemoKernel.Kernel).CompileAsync("hammer", HammerGetpid);
        script.Add(GuestStep.Run(script.AddProgram(program), module));
        script.Add(GuestStep.WaitForContent(Folder + "/transition", "0", limit));
        script.Add(GuestStep.Write(Folder + "/enabled", "0"));
        script.Add(GuestStep.WaitUntilGone(Folder, limit));
        script.Add(GuestStep.Unload("test_klp_syscall"));

        BootResult result = await GuestBoot.RunAsync(DemoKernel.Kernel, script);

        result.AssertClean();
        Assert.Equal("pending: 0\n", result.Report.Steps[0].Text);
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
