using Klp.Boot.Tests.Machine;
using Klp.Sdk.Tests.Support;

namespace Klp.Boot.Tests.LoaderRules;

/// <summary>
/// Livepatches that each break one rule of the kernel: what the kernel does with them, and whether validation foretells it.
/// docs/load-rules.md has the results as a table, which is made from these very runs.
/// </summary>
[Collection(Guests.Collection)]
public class LoadRuleTableTests(LoadRuleRun run)
{
    public static TheoryData<string> Cases => [.. LoadRules.Cases.Select(rule => rule.ToString())];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_kernel_does_with_a_broken_livepatch_what_the_rule_says(string description)
    {
        LoadRuleCase rule = LoadRules.Case(description);
        LoadRuleObservation observation = await run.ObserveAsync(rule);
        LoadRuleOutcome expected = LoadRuleRun.Expected(rule);
        Assert.True(expected == observation.Outcome, $"Expected {expected}, but: {observation}");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Validation_foretells_what_the_kernel_does(string description)
    {
        LoadRuleCase rule = LoadRules.Case(description);
        LoadRulePrediction prediction = await run.PredictAsync(rule);
        string? contradiction = prediction.Contradiction(await run.ObserveAsync(rule));
        Assert.True(contradiction is null, contradiction);
    }

    [Fact]
    public void Every_rule_is_observed_or_says_why_not() => Assert.All(LoadRules.All, rule =>
        Assert.Equal(rule.NotObserved is null, LoadRules.Cases.Any(each => each.Rule == rule.Number)));

    [Fact]
    public async Task The_document_has_the_results_of_this_run()
    {
        List<string[]> rows = [["rule", "livepatch", "kernel", "observed", "predicted"]];
        foreach ((string number, string title, string? notObserved) in LoadRules.All)
        {
            if (notObserved is not null)
                rows.Add([$"{number} {title}", "", "", "not observed: " + notObserved, ""]);
            foreach (LoadRuleCase rule in LoadRules.Cases.Where(each => each.Rule == number && each.Guest is not (LoadRuleGuest.Previous or LoadRuleGuest.Backports)))
                rows.Add(await RowAsync(rule, $"{number} {title}"));
        }

        new DocumentTable(Repository.Combine("docs", "load-rules.md"), "load rules").AssertHasForSomeKernel(rows, kernelColumn: 2);
    }

    private async Task<string[]> RowAsync(LoadRuleCase rule, string title)
    {
        LoadRuleObservation observation = await run.ObserveAsync(rule);
        string kernel = $"{rule.Guest.ToString().ToLowerInvariant()}, {LoadRuleRun.KernelOf(rule)}";
        string[] row = [title, rule.Broken, kernel, observation.ToString(), (await run.PredictAsync(rule)).Describe(observation)];
        return [.. row.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal))];
    }
}
