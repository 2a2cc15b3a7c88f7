using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>
/// Which stages a change makes run again, as the binary logs of real builds have it. docs/incremental.md has the results as a
/// table, which is made from these very builds.
/// </summary>
public sealed class ChangeTableTests(ChangeTableRun run) : IClassFixture<ChangeTableRun>
{
    public static TheoryData<string> Changes => [.. ChangeTableRun.Changes];

    [Theory]
    [MemberData(nameof(Changes))]
    public void After_the_build_of_a_change_nothing_is_left_to_do(string change) => Assert.Empty(run.Result(change).RanAgain);

    [Fact]
    public void The_document_has_the_results_of_this_run()
    {
        List<string[]> rows = [["change", .. BuildResult.StageNames]];
        foreach (string change in ChangeTableRun.Changes)
            rows.Add([change, .. BuildResult.StageNames.Select(stage => run.Result(change).Ran.Contains(stage) ? "runs" : "")]);

        new DocumentTable(Repository.Combine("docs", "incremental.md"), "changes").AssertHas(rows);
    }
}
