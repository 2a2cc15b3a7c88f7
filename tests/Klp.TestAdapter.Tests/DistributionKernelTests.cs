using Klp.Boot.Tests.Kernels;
using Klp.Sdk.Tests.Support;

namespace Klp.TestAdapter.Tests;

/// <summary>A kernel that nobody built here, x86-64.</summary>
public class DistributionKernelTests
{
    [Fact]
    public void A_project_for_the_distributions_kernel_is_tested()
    {
        using LivepatchProject project = new(items: """
            <ItemGroup>
              <KlpBootCheck Include="/proc/cmdline" Contains="patched" />
              <KlpBootTest Include="uname.c" />
            </ItemGroup>
            """) { Kernel = DistributionKernel.Kernel };
        project.Write("uname.c", $"#include <string.h>\n#include <sys/utsname.h>\nint main(void) {{ struct utsname u; return uname(&u) || strcmp(u.release, \"{project.Release}\") || strcmp(u.machine, \"x86_64\"); }}\n");

        TestRunOutcome run = project.Test();

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Equal("Passed", run["patched: uname"].Outcome);
        Assert.Equal("Passed", run["vmlinux:cmdline_proc_show is patched"].Outcome);
        Assert.Contains($"({project.Release})", run["loads"].DisplayName, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shell_script_is_run_by_the_busybox_that_is_given()
    {
        // This machine's own busybox runs on kernels of its architecture.
        Klp.Boot.Host.KernelUnderTest kernel = DistributionKernel.Kernel.Machine.IsHost ? DistributionKernel.Kernel : DemoKernel.Kernel;
        string busybox = DotNet.Find("busybox") ?? throw new InvalidOperationException("busybox is not installed. It is in Debian's package busybox-static.");
        using LivepatchProject project = new(items: $"""
            <PropertyGroup><KlpBusybox>{busybox}</KlpBusybox></PropertyGroup>
            <ItemGroup><KlpBootTest Include="good.sh;bad.sh" /></ItemGroup>
            """) { Kernel = kernel };
        project.Write("good.sh", "set -e\ngrep -q '^patched$' /proc/cmdline\nls /sys/kernel/livepatch/patch\n");
        string bad = project.Write("bad.sh", "uname -r\necho \"$0:2: no\"\nexit 3\n");

        TestRunOutcome run = project.Test();

        Assert.Equal(1, run.ExitCode);
        Assert.True(run["patched: good"].Outcome == "Passed", run.Output);
        Assert.Contains("transition\n", run["patched: good"].Output, StringComparison.Ordinal);
        Assert.Contains("exit code 3", run["patched: bad"].Message, StringComparison.Ordinal);
        Assert.StartsWith(kernel.Release, run["patched: bad"].Output, StringComparison.Ordinal);
        Assert.Equal($"at patched: bad in {bad}:line 2", run["patched: bad"].StackTrace.Trim());
    }
}
