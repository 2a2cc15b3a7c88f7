using Klp.Boot.Host;
using Klp.Boot.Testing;

namespace Klp.Boot.Tests;

/// <summary>Tests the whole life of livepatches, as dotnet test and klp boot do.</summary>
internal static class LifePlan
{
    /// <summary>A plan for livepatches without more.</summary>
    public static LivepatchTestPlan Of(KernelUnderTest kernel, params string[] livepatches) => new()
    {
        Kernel = kernel.Release,
        KernelTree = kernel.Tree.BuildDirectory,
        Livepatches = livepatches,
    };

    /// <summary>Boots the kernel of a plan and tests.</summary>
    public static Task<LivepatchTestResult> RunAsync(this LivepatchTestPlan plan) => LivepatchTest.Prepare(plan).RunAsync();

    /// <summary>The result of the case of a name.</summary>
    public static CaseResult Case(this LivepatchTestResult result, string name) => result.Cases.Single(item => item.Case.Name == name);

    /// <summary>The names of the cases that failed.</summary>
    public static IEnumerable<string> Failed(this LivepatchTestResult result) =>
        result.Cases.Where(item => item.Outcome == CaseOutcome.Failed).Select(item => item.Case.Name);

    /// <summary>Fails the test unless every case passed.</summary>
    public static void AssertPassed(this LivepatchTestResult result)
    {
        Assert.True(result.Cases.All(item => item.Outcome == CaseOutcome.Passed), string.Join('\n', result.Cases.Select(item => $"{item.Outcome} {item.Case.Name}: {item.Message}")));
        Assert.True(result.Boot!.Report.LogComplete);
    }
}
