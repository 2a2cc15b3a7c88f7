using Klp.Boot.Tests.Kernels;

namespace Klp.TestAdapter.Tests;

/// <summary>dotnet test of a project with several kernels, arm64 and x86-64.</summary>
public class ManyKernelsTests
{
    [Fact]
    public void Each_case_is_tested_on_each_kernel()
    {
        string demo = DemoKernel.Kernel.Release;
        string distribution = DistributionKernel.Kernel.Release;
        using LivepatchProject project = new(items: $"""
            <ItemGroup>
              <KlpKernel Include="demo" Tree="{DemoKernel.Kernel.Tree.BuildDirectory}" />
              <KlpKernel Include="distribution" Tree="{DistributionKernel.Kernel.Tree.BuildDirectory}" />
              <KlpBootCheck Include="/proc/cmdline" Contains="patched" />
              <KlpBootCheck Include="/proc/version" Phase="Before" Contains="{demo}" />
            </ItemGroup>
            """);

        TestRunOutcome run = project.Test();

        Assert.Equal(1, run.ExitCode);
        ILookup<string, string> cases = run.Cases.ToLookup(item => item.DisplayName.EndsWith($"({demo})", StringComparison.Ordinal) ? demo : distribution, item => item.Case);
        Assert.Equal(cases[demo].Order(StringComparer.Ordinal), cases[distribution].Order(StringComparer.Ordinal));
        Assert.Equal([$"patch: before: /proc/version contains '{demo}' ({distribution})"], run.Cases.Where(item => item.Outcome == "Failed").Select(item => item.DisplayName));
        Assert.Contains("==> load", run.ReadFile($"guest-{demo}.log"), StringComparison.Ordinal);
        Assert.Contains("==> load", run.ReadFile($"guest-{distribution}.log"), StringComparison.Ordinal);

        TestRunOutcome one = project.Test("--no-build", "--filter", $"Kernel={demo}");
        Assert.True(one.ExitCode == 0, one.Output);
        Assert.Equal(cases[demo].Order(StringComparer.Ordinal), one.Cases.Select(item => item.Case).Order(StringComparer.Ordinal));
    }
}
